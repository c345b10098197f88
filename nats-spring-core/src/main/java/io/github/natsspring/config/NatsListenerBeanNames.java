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

package io.github.natsspring.config;

import io.github.natsspring.connection.ConnectionHolder;

/**
 * Names of the beans behind listeners.
 */
public final class NatsListenerBeanNames {

	/**
	 * The bean post-processor that finds listener methods.
	 */
	public static final String ANNOTATION_PROCESSOR = "io.github.natsspring.config.internalNatsListenerAnnotationProcessor";

	/**
	 * The bean post-processor that finds methods that watch buckets.
	 */
	public static final String WATCH_ANNOTATION_PROCESSOR = "io.github.natsspring.config.internalNatsWatchAnnotationProcessor";

	/**
	 * The {@link NatsListenerEndpointRegistry}.
	 */
	public static final String ENDPOINT_REGISTRY = "io.github.natsspring.config.internalNatsListenerEndpointRegistry";

	/**
	 * The {@link NatsListenerContainerFactory} of listeners that name none.
	 */
	public static final String CONTAINER_FACTORY = "natsListenerContainerFactory";

	private NatsListenerBeanNames() {
	}

	/**
	 * The {@link NatsListenerContainerFactory} of the listeners of a connection.
	 * @param connection the name of the connection
	 * @return the name of the bean
	 */
	public static String containerFactory(String connection) {
		return connection.equals(ConnectionHolder.DEFAULT_NAME) ? CONTAINER_FACTORY
				: CONTAINER_FACTORY + "." + connection;
	}

}
