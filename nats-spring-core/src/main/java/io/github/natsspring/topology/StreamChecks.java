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

import java.time.Duration;
import java.util.List;

import io.github.natsspring.support.Subjects;
import io.github.natsspring.topology.Findings.Subject;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PersistMode;
import io.nats.client.api.Republish;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with the configuration of a stream by itself: what the server would
 * refuse after it has made other things, and what it takes without a word.
 */
final class StreamChecks {

	private static final Duration SHORTEST = Duration.ofMillis(100);

	// What the server keeps for itself, unless nothing is acknowledged
	private static final List<String> RESERVED = List.of("$JS.>", "$JSC.>", "$NRG.>", "$SYS.>");

	private static final List<String> NOT_RESERVED = List.of("$JS.EVENT.>", "$SYS.ACCOUNT.>");

	private StreamChecks() {
	}

	static void check(Subject stream, StreamConfiguration configuration) {
		checkSubjects(stream, configuration);
		checkLimits(stream, configuration);
		checkReplicas(stream, "replicas", configuration.getReplicas());
		checkContradictions(stream, configuration);
		checkMirror(stream, configuration);
		checkCounter(stream, configuration);
		checkRepublish(stream, configuration);
	}

	/**
	 * Check what has to go together, which may be on the server already.
	 * @param stream the stream
	 * @param configuration the configuration that it is to have as a whole
	 */
	static void checkWhole(Subject stream, StreamConfiguration configuration) {
		if (configuration.isDiscardNewPerSubject()) {
			if (configuration.getDiscardPolicy() != DiscardPolicy.New) {
				stream.problem("discard-new-per-subject",
						"true needs %s: new".formatted(stream.nameOf("discard-policy")), "set both, or neither");
			}
			if (configuration.getMaxMsgsPerSubject() <= 0) {
				stream.problem("discard-new-per-subject",
						"true needs %s".formatted(stream.nameOf("max-messages-per-subject")), "set both, or neither");
			}
		}
	}

	private static void checkSubjects(Subject stream, StreamConfiguration configuration) {
		List<String> subjects = configuration.getSubjects();
		for (int i = 0; i < subjects.size(); i++) {
			String subject = subjects.get(i);
			String property = "subjects[%s]".formatted(i);
			String fault = NameSyntax.faultOfSubject(subject);
			if (fault != null) {
				stream.problem(property, "'%s' is invalid: %s".formatted(subject, fault), "correct the subject");
				continue;
			}
			if (!configuration.getNoAck() && isReserved(subject)) {
				stream.problem(property, "'%s' takes subjects of the server itself, such as those of the JetStream API"
					.formatted(subject), "name the subjects of the application only, such as 'orders.>'");
			}
			for (int j = 0; j < i; j++) {
				if (Subjects.overlap(subjects.get(j), subject)) {
					stream.problem(property, "'%s' overlaps '%s'".formatted(subject, subjects.get(j)),
							"keep the wider one only");
				}
			}
		}
	}

	private static boolean isReserved(String subject) {
		return RESERVED.stream().anyMatch((reserved) -> Subjects.overlap(reserved, subject))
				&& NOT_RESERVED.stream().noneMatch((allowed) -> Subjects.covers(allowed, subject));
	}

	private static void checkLimits(Subject stream, StreamConfiguration configuration) {
		Duration maxAge = configuration.getMaxAge();
		Duration window = configuration.getDuplicateWindow();
		checkShortest(stream, "max-age", maxAge);
		checkShortest(stream, "duplicate-window", window);
		if (maxAge != null && window != null && isSet(maxAge) && window.compareTo(maxAge) > 0) {
			stream.problem(
					"duplicate-window", "%s is longer than %s, which is %s".formatted(Durations.print(window),
							stream.nameOf("max-age"), Durations.print(maxAge)),
					"shorten the one or lengthen the other");
		}
	}

	static void checkShortest(Subject stream, String property, @Nullable Duration duration) {
		if (duration != null && isSet(duration) && duration.compareTo(SHORTEST) < 0) {
			stream.problem(property,
					"%s is shorter than %s".formatted(Durations.print(duration), Durations.print(SHORTEST)),
					"set a longer time, or 0 for the default of the server");
		}
	}

	static void checkReplicas(Subject resource, String property, int replicas) {
		if (replicas == 2 || replicas == 4) {
			resource.warning(property,
					"%s survives the loss of no more servers than %s".formatted(replicas, replicas - 1),
					"set %s or %s".formatted(replicas - 1, replicas + 1));
		}
	}

	private static void checkContradictions(Subject stream, StreamConfiguration configuration) {
		if (configuration.getDenyPurge() && configuration.getAllowRollup()) {
			stream.problem("deny-purge", "true contradicts %s, which purges".formatted(stream.nameOf("allow-rollup")),
					"remove one of them");
		}
		if (configuration.getPersistMode() == PersistMode.Async) {
			if (configuration.getStorageType() != StorageType.File) {
				stream.problem("persist-mode",
						"async needs %s: file, and it is memory".formatted(stream.nameOf("storage-type")),
						"store in files, or remove persist-mode");
			}
			if (configuration.getReplicas() > 1) {
				stream.problem("persist-mode", "async is for one replica, and there are " + configuration.getReplicas(),
						"set replicas to 1, or remove persist-mode");
			}
			if (configuration.getAllowAtomicPublish()) {
				stream.problem("persist-mode", "async excludes " + stream.nameOf("allow-atomic-publish"),
						"remove one of them");
			}
		}
		if (configuration.getAllowMsgSchedules() && configuration.getDiscardPolicy() == DiscardPolicy.New) {
			stream.problem("allow-message-schedules",
					"true excludes %s: new".formatted(stream.nameOf("discard-policy")), "remove one of them");
		}
	}

	private static void checkMirror(Subject stream, StreamConfiguration configuration) {
		if (configuration.getMirror() == null) {
			return;
		}
		String name = configuration.getMirror().getName();
		if (!configuration.getSubjects().isEmpty()) {
			stream.problem("mirror", "of '%s' has only what that stream has, and subjects are set, too".formatted(name),
					"remove subjects, or take that stream as one of the sources");
		}
		if (configuration.getSources() != null && !configuration.getSources().isEmpty()) {
			stream.problem("mirror", "of '%s' excludes sources".formatted(name), "remove one of them");
		}
		if (configuration.getFirstSequence() > 1) {
			stream.problem("first-sequence", "%s is not for a mirror, which has the sequences of '%s'"
				.formatted(configuration.getFirstSequence(), name), "remove it");
		}
	}

	private static void checkCounter(Subject stream, StreamConfiguration configuration) {
		if (!configuration.getAllowMessageCounter()) {
			return;
		}
		String property = "allow-message-counter";
		if (configuration.getDiscardPolicy() == DiscardPolicy.New) {
			stream.problem(property, "true excludes %s: new".formatted(stream.nameOf("discard-policy")),
					"remove one of them");
		}
		if (configuration.getAllowMessageTtl() || configuration.getAllowMsgSchedules()) {
			stream.problem(property,
					"true excludes %s".formatted(stream
						.nameOf(configuration.getAllowMessageTtl() ? "allow-message-ttl" : "allow-message-schedules")),
					"remove one of them");
		}
		if (configuration.getRetentionPolicy() != RetentionPolicy.Limits) {
			stream.problem(property, "true needs %s: limits".formatted(stream.nameOf("retention-policy")),
					"remove one of them");
		}
	}

	static void checkRepublish(Subject stream, StreamConfiguration configuration) {
		Republish republish = configuration.getRepublish();
		if (republish == null || configuration.getSubjectTransform() != null) {
			return;
		}
		for (String subject : configuration.getSubjects()) {
			if (republish.getDestination() != null && Subjects.overlap(republish.getDestination(), subject)) {
				stream.problem("republish", "to '%s' would come back to this stream, which captures '%s'"
					.formatted(republish.getDestination(), subject), "choose another destination");
			}
		}
	}

	private static boolean isSet(Duration duration) {
		return !duration.isZero();
	}

}
