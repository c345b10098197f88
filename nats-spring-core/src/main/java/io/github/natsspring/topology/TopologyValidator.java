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

package io.github.natsspring.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a declaration without asking the server.
 */
final class TopologyValidator {

	private final List<TopologyProblem> problems = new ArrayList<>();

	private final Map<Object, String> sources = new HashMap<>();

	private TopologyValidator() {
	}

	static List<TopologyProblem> validate(TopologyDefinition definition) {
		TopologyValidator validator = new TopologyValidator();
		definition.streams().forEach(validator::check);
		definition.keyValues().forEach(validator::check);
		definition.objectStores().forEach(validator::check);
		definition.consumers().forEach(validator::check);
		return validator.problems;
	}

	static List<TopologyProblem> validate(ConsumerDefinition definition) {
		TopologyValidator validator = new TopologyValidator();
		validator.check(definition);
		return validator.problems;
	}

	private void check(StreamDefinition stream) {
		Resource resource = new Resource(ResourceKind.STREAM, stream.name(), stream.source());
		if (isNamed(resource, Subjects.faultOfName(stream.name())) && isOnlyOne(resource, stream.name())) {
			configure(resource, () -> checkSubjects(resource, "subject", stream.create().getSubjects()));
		}
	}

	private void check(KeyValueDefinition bucket) {
		Resource resource = new Resource(ResourceKind.KEY_VALUE, bucket.bucket(), bucket.source());
		if (isNamed(resource, Subjects.faultOfBucket(bucket.bucket()))
				&& isOnlyOne(resource, NatsKeyValueUtil.toStreamName(bucket.bucket()))) {
			configure(resource, bucket::create);
		}
	}

	private void check(ObjectStoreDefinition bucket) {
		Resource resource = new Resource(ResourceKind.OBJECT_STORE, bucket.bucket(), bucket.source());
		if (isNamed(resource, Subjects.faultOfBucket(bucket.bucket()))
				&& isOnlyOne(resource, NatsObjectStoreUtil.toStreamName(bucket.bucket()))) {
			configure(resource, bucket::create);
		}
	}

	private void check(ConsumerDefinition consumer) {
		ConsumerId id = new ConsumerId(consumer.stream(), consumer.name());
		Resource resource = new Resource(ResourceKind.CONSUMER, id.toString(), consumer.source());
		String fault = Subjects.faultOfName(consumer.name());
		if (fault == null && Subjects.faultOfName(consumer.stream()) != null) {
			fault = "'%s' is no name of a stream".formatted(consumer.stream());
		}
		if (isNamed(resource, fault) && isOnlyOne(resource, id)) {
			configure(resource, () -> {
				ConsumerConfiguration configuration = consumer.create();
				List<String> filters = configuration.getFilterSubjects();
				checkSubjects(resource, "filter subject", (filters != null) ? filters : List.of());
				return configuration;
			});
		}
	}

	private boolean isNamed(Resource resource, @Nullable String fault) {
		if (fault != null) {
			add(resource, fault, "choose another name");
		}
		return fault == null;
	}

	private boolean isOnlyOne(Resource resource, Object key) {
		String other = this.sources.putIfAbsent(key, resource.source());
		if (other != null) {
			add(resource, "is declared twice, by %s and by %s".formatted(other, resource.source()), "keep one of them");
		}
		return other == null;
	}

	private void configure(Resource resource, Supplier<?> configuration) {
		try {
			configuration.get();
		}
		catch (IllegalArgumentException ex) {
			// jnats checks values when they are set or built
			add(resource, "has a wrong value: " + ex.getMessage(), "correct it at " + resource.source());
		}
	}

	private List<String> checkSubjects(Resource resource, String what, List<String> subjects) {
		for (String subject : subjects) {
			String fault = Subjects.faultOfSubject(subject);
			if (fault != null) {
				add(resource, "%s '%s' is invalid: %s".formatted(what, subject, fault),
						"correct it at " + resource.source());
			}
		}
		return subjects;
	}

	private void add(Resource resource, String reason, String action) {
		this.problems.add(TopologyProblem.of(resource.kind(), resource.name(), resource.source(), reason, action));
	}

	private record Resource(ResourceKind kind, String name, String source) {
	}

}
