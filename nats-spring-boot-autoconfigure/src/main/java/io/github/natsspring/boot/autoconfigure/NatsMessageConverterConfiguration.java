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

import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.NatsMessageConverter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Message converter configurations, to be imported in this order. The converter is not
 * injected by its type, so that the user's own converters are.
 */
abstract class NatsMessageConverterConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class Jackson {

		@Bean(defaultCandidate = false)
		@ConditionalOnMissingBean(name = "natsMessageConverter")
		CompositeNatsMessageConverter natsMessageConverter(ObjectProvider<NatsMessageConverter> converters,
				ObjectProvider<JsonMapper> jsonMapper) {
			JsonMapper mapper = jsonMapper.getIfUnique(JsonMapper::new);
			return CompositeNatsMessageConverter.withDefaults(converters.orderedStream().toList(),
					new JacksonNatsMessageConverter(mapper));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutJackson {

		@Bean(defaultCandidate = false)
		@ConditionalOnMissingBean(name = "natsMessageConverter")
		CompositeNatsMessageConverter natsMessageConverter(ObjectProvider<NatsMessageConverter> converters) {
			return CompositeNatsMessageConverter.withDefaults(converters.orderedStream().toList(), null);
		}

	}

}
