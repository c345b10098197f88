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

package io.github.natsspring.annotation;

import io.github.natsspring.config.NatsListenerEndpointRegistrar;

/**
 * Implemented by beans that add listeners in code, or say how the methods of all
 * listeners get their arguments. Called once, when all singletons are there and before
 * listeners are registered.
 */
@FunctionalInterface
public interface NatsListenerConfigurer {

	/**
	 * Add listeners and settings.
	 * @param registrar takes them
	 */
	void configureNatsListeners(NatsListenerEndpointRegistrar registrar);

}
