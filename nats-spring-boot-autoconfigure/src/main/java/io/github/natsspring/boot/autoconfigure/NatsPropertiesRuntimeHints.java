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

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/**
 * Lets the properties be bound in native images: those of entries of maps, too, which
 * Boot does not look into, and before there are beans.
 */
class NatsPropertiesRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		BindableRuntimeHintsRegistrar
			.forTypes(NatsProperties.class, NatsListenerProperties.class, NatsStreamProperties.class,
					NatsConsumerProperties.class, NatsSourceProperties.class, NatsKeyValueProperties.class,
					NatsObjectStoreProperties.class, NatsStreamProperties.Placement.class,
					NatsStreamProperties.Republish.class, NatsStreamProperties.SubjectTransform.class)
			.registerHints(hints, classLoader);
	}

}
