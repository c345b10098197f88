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

import java.util.ArrayList;
import java.util.List;

import io.nats.client.api.ConsumerSource;
import io.nats.client.api.External;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.SourceBase.SourceBaseBuilder;

import org.springframework.util.StringUtils;

/**
 * Maps {@link NatsSourceProperties} to a {@link Mirror} or to {@link Source}s.
 */
final class NatsSourceMapper {

	private NatsSourceMapper() {
	}

	static Mirror mirror(String prefix, NatsSourceProperties properties) {
		Mirror.Builder builder = Mirror.builder();
		map(prefix, properties, builder);
		return builder.build();
	}

	static List<Source> sources(String prefix, List<NatsSourceProperties> properties) {
		List<Source> sources = new ArrayList<>(properties.size());
		for (int i = 0; i < properties.size(); i++) {
			Source.Builder builder = Source.builder();
			map(prefix + "[" + i + "]", properties.get(i), builder);
			sources.add(builder.build());
		}
		return sources;
	}

	private static void map(String prefix, NatsSourceProperties properties, SourceBaseBuilder<?> builder) {
		if (!StringUtils.hasText(properties.getName())) {
			throw new InvalidNatsPropertyException(prefix + ".name", null, "is missing",
					"Name the stream or bucket to read from.");
		}
		if (properties.getDomain() != null && properties.getExternal() != null) {
			throw new InvalidNatsPropertyException(prefix + ".domain", properties.getDomain(),
					"is short for %s.external, which is set as well".formatted(prefix), "Write only one of them.");
		}
		Settings<SourceBaseBuilder<?>> settings = new Settings<>(prefix);
		settings.set("name", properties.getName(), SourceBaseBuilder::name);
		settings.set("start-seq", properties.getStartSeq(), SourceBaseBuilder::startSeq);
		settings.set("start-time", properties.getStartTime(), SourceBaseBuilder::startTime);
		settings.set("filter-subject", properties.getFilterSubject(), SourceBaseBuilder::filterSubject);
		settings.set("domain", properties.getDomain(), SourceBaseBuilder::domain);
		settings.set("external", properties.getExternal(),
				(external) -> new External(external.getApi(), external.getDeliver()), SourceBaseBuilder::external);
		settings.set("subject-transforms", properties.getSubjectTransforms(),
				(transforms) -> transforms.stream().map(NatsStreamMapper::subjectTransform).toList(),
				SourceBaseBuilder::subjectTransforms);
		settings.set("consumer-source", properties.getConsumerSource(), NatsSourceMapper::consumerSource,
				SourceBaseBuilder::consumerSource);
		settings.apply(builder);
	}

	private static ConsumerSource consumerSource(NatsSourceProperties.ConsumerSource properties) {
		return ConsumerSource.builder()
			.name(properties.getName())
			.deliverSubject(properties.getDeliverSubject())
			.build();
	}

}
