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

package io.github.natsspring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the application context of a test class a real nats-server process with
 * JetStream, on a free port and with a store of its own.
 * <p>
 * The server starts before the context is refreshed, {@code nats.servers} is set to its
 * address, and it is a bean of type {@link NatsServer} (or {@link NatsCluster}), so that
 * a test can have it injected and kill it. It stops when the context is closed, after all
 * beans; while the test framework merely pauses a cached context it goes on.
 * <p>
 * Test classes with the same attributes and otherwise the same context share context and
 * server, so give each test streams of its own.
 *
 * @see NatsServer
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface EmbeddedNats {

	/**
	 * The version of the server, such as {@code 2.12.0}. By default what the property
	 * {@code nats.server.version} or the variable {@code NATS_SERVER_VERSION} says, or
	 * else any recent one.
	 * @return the version
	 */
	String version() default "";

	/**
	 * Further lines of the server's configuration file.
	 * @return lines in the syntax of nats-server
	 */
	String[] config() default {};

	/**
	 * How many servers; above 1 they form a cluster, and the bean is a
	 * {@link NatsCluster}.
	 * @return the number of servers
	 */
	int nodes() default 1;

	/**
	 * Further properties of the environment, each as {@code key=value}. They win over
	 * those of the application and of the test.
	 * @return the properties
	 */
	String[] properties() default {};

}
