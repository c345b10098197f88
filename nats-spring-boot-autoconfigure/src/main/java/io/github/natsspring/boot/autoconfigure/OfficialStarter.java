/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.boot.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.core.env.Environment;

/**
 * The starter {@code io.nats:nats-spring-boot-starter}, which may be on the class path as
 * well. It backs off where there is a connection, so ours is made first.
 */
final class OfficialStarter {

	static final String AUTO_CONFIGURATION = "io.nats.spring.boot.autoconfigure.NatsAutoConfiguration";

	private static final String SERVER = "nats.spring.server";

	private static final Log logger = LogFactory.getLog(OfficialStarter.class);

	private OfficialStarter() {
	}

	/**
	 * Whether it makes a bean. Its listeners log exceptions of jnats as they are, with
	 * the passwords of URLs.
	 */
	static boolean makes(BeanDefinition definition) {
		return AUTO_CONFIGURATION.equals(definition.getFactoryBeanName());
	}

	/**
	 * Say that its properties are not read.
	 */
	static void warn(Environment environment, NatsProperties properties) {
		if (properties.getServers() == null && environment.containsProperty(SERVER)) {
			logger.warn("'%s' is a property of io.nats:nats-spring-boot-starter and not used; set 'nats.servers', "
				.formatted(SERVER) + "and remove that starter unless something else needs it");
		}
	}

}
