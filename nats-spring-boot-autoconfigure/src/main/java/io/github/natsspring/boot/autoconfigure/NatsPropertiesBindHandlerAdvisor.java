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

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Makes Boot bind {@link NatsProperties} with one entry for each stream, consumer and
 * bucket. Must be a bean, made by a static method, wherever these properties are enabled.
 */
class NatsPropertiesBindHandlerAdvisor implements ConfigurationPropertiesBindHandlerAdvisor {

	@Override
	public BindHandler apply(BindHandler bindHandler) {
		return new NatsEntriesBindHandler(bindHandler);
	}

	/**
	 * Bind the properties before there are beans, as for bean definitions by bucket.
	 * @param environment the environment
	 * @return the properties as the bean will have them
	 */
	static NatsProperties bind(Environment environment) {
		return Binder.get(environment)
			.bindOrCreate("nats", Bindable.of(NatsProperties.class), new NatsEntriesBindHandler(BindHandler.DEFAULT));
	}

}
