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
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.natsspring.support.Subjects;
import io.github.natsspring.topology.Findings.Subject;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a declaration without asking the server.
 */
final class TopologyValidator {

	private final Findings findings = new Findings();

	private final Map<Object, String> sources = new HashMap<>();

	private final List<Capture> captures = new ArrayList<>();

	private TopologyValidator() {
	}

	static Findings examine(TopologyDefinition definition) {
		TopologyValidator validator = new TopologyValidator();
		definition.streams().forEach(validator::check);
		definition.keyValues().forEach(validator::check);
		definition.objectStores().forEach(validator::check);
		definition.consumers().forEach(validator::check);
		return validator.findings;
	}

	static List<TopologyProblem> validate(TopologyDefinition definition) {
		return examine(definition).problems();
	}

	static List<TopologyProblem> validate(ConsumerDefinition definition) {
		TopologyValidator validator = new TopologyValidator();
		validator.check(definition);
		return validator.findings.problems();
	}

	private void check(StreamDefinition stream) {
		Subject subject = subject(ResourceKind.STREAM, stream.name(), stream.source(), stream.settings());
		if (isNamed(subject, NameSyntax.faultOfName(stream.name())) && isOnlyOne(subject, stream.name())) {
			configure(subject, stream::create, (configuration) -> {
				StreamChecks.check(subject, configuration);
				checkCaptures(subject, configuration.getSubjects());
			});
		}
	}

	private void check(KeyValueDefinition bucket) {
		Subject subject = subject(ResourceKind.KEY_VALUE, bucket.bucket(), bucket.source(), bucket.settings());
		if (isNamed(subject, NameSyntax.faultOfBucket(bucket.bucket()))
				&& isOnlyOne(subject, NatsKeyValueUtil.toStreamName(bucket.bucket()))) {
			configure(subject, () -> bucket.create().getBackingConfig(), (stream) -> checkBucket(subject, stream));
		}
	}

	private void check(ObjectStoreDefinition bucket) {
		Subject subject = subject(ResourceKind.OBJECT_STORE, bucket.bucket(), bucket.source(), bucket.settings());
		if (isNamed(subject, NameSyntax.faultOfBucket(bucket.bucket()))
				&& isOnlyOne(subject, NatsObjectStoreUtil.toStreamName(bucket.bucket()))) {
			configure(subject, () -> bucket.create().getBackingConfig(), (stream) -> checkBucket(subject, stream));
		}
	}

	private void check(ConsumerDefinition consumer) {
		ConsumerId id = new ConsumerId(consumer.stream(), consumer.name());
		Subject subject = subject(ResourceKind.CONSUMER, id.toString(), consumer.source(), consumer.settings());
		String fault = NameSyntax.faultOfName(consumer.name());
		if (fault == null && NameSyntax.faultOfName(consumer.stream()) != null) {
			fault = "'%s' is no name of a stream".formatted(consumer.stream());
		}
		if (isNamed(subject, fault) && isOnlyOne(subject, id)) {
			configure(subject, consumer::create, (configuration) -> ConsumerChecks.check(subject, configuration));
		}
	}

	private void checkBucket(Subject bucket, StreamConfiguration stream) {
		StreamChecks.checkShortest(bucket, "ttl", stream.getMaxAge());
		StreamChecks.checkReplicas(bucket, "replicas", stream.getReplicas());
		StreamChecks.checkRepublish(bucket, stream);
		checkCaptures(bucket, stream.getSubjects());
	}

	/**
	 * No two streams may capture the same subject.
	 */
	private void checkCaptures(Subject stream, List<String> subjects) {
		int others = this.captures.size();
		for (int i = 0; i < subjects.size(); i++) {
			String captured = subjects.get(i);
			for (Capture other : this.captures.subList(0, others)) {
				if (Subjects.overlap(captured, other.captured())) {
					stream.problem("subjects[%s]".formatted(i),
							"'%s' overlaps '%s' of %s '%s' (%s)".formatted(captured, other.captured(),
									other.stream().kind().label(), other.stream().name(), other.stream().source()),
							"let only one of the two capture a subject");
				}
			}
			this.captures.add(new Capture(stream, captured));
		}
	}

	private boolean isNamed(Subject subject, @Nullable String fault) {
		if (fault != null) {
			subject.problem(fault, "choose another name");
		}
		return fault == null;
	}

	private boolean isOnlyOne(Subject subject, Object key) {
		String other = this.sources.putIfAbsent(key, subject.source());
		if (other != null) {
			subject.problem("is declared twice, by %s and by %s".formatted(other, subject.source()),
					"keep one of them");
		}
		return other == null;
	}

	private <T> void configure(Subject subject, Supplier<T> configuration, Consumer<T> checks) {
		T built;
		try {
			built = configuration.get();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// jnats checks values when they are set or built
			subject.problem("has a wrong value: " + ex.getMessage(), "correct it at " + subject.source());
			return;
		}
		checks.accept(built);
	}

	private Subject subject(ResourceKind kind, String name, String source, Object settings) {
		return new Subject(this.findings, kind, name, source, settings);
	}

	/**
	 * A subject that a stream captures.
	 *
	 * @param stream the stream or bucket
	 * @param captured the subject
	 */
	private record Capture(Subject stream, String captured) {
	}

}
