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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

/**
 * Collects failures of a wave of requests, and says in problems what they mean.
 */
final class ApiProblems {

	private final Set<TopologyProblem> all = new LinkedHashSet<>();

	private final List<TopologyProblem> single = new ArrayList<>();

	private final JetStreamOptions options;

	private int timeouts;

	ApiProblems(JetStreamOptions options) {
		this.options = options;
	}

	void add(PlannedResource resource, ApiFailure failure, @Nullable String reason, @Nullable String action) {
		add(resource.kind(), resource.name(), resource.source(), failure, reason, action);
	}

	void add(ResourceKind kind, String name, String source, ApiFailure failure) {
		add(kind, name, source, failure, null, null);
	}

	void throwIfAny() {
		if (!this.all.isEmpty()) {
			// Else each resource would repeat what is wrong with all
			throw new NatsProvisioningException(List.copyOf(this.all));
		}
		if (this.timeouts > 1 && this.timeouts == this.single.size()) {
			TopologyProblem first = this.single.get(0);
			throw new NatsProvisioningException(
					List.of(TopologyProblem.of(
							ResourceKind.JET_STREAM, "", "", "%s to %s requests, the first for %s '%s'"
								.formatted(first.reason(), this.timeouts, first.kind().label(), first.name()),
							first.action())));
		}
		if (!this.single.isEmpty()) {
			throw new NatsProvisioningException(this.single);
		}
	}

	private void add(ResourceKind kind, String name, String source, ApiFailure failure, @Nullable String reason,
			@Nullable String action) {
		if (failure.concernsAll()) {
			this.all.add(ofAll(failure));
		}
		else {
			this.timeouts += (failure.type() == ApiFailure.Type.TIMEOUT) ? 1 : 0;
			this.single.add(new TopologyProblem(kind, name, source, (reason != null) ? reason : reasonOf(failure),
					(action != null) ? action : actionOf(failure), failure.errorCode(), fieldOf(failure)));
		}
	}

	private TopologyProblem ofAll(ApiFailure failure) {
		return switch (failure.type()) {
			case NO_RESPONDERS -> new TopologyProblem(ResourceKind.JET_STREAM, "", "",
					"nobody answers at '%s': JetStream is not enabled, or there is no such domain"
						.formatted(this.options.getPrefix()),
					"enable JetStream on the server, correct the domain or the API prefix, "
							+ "or set provisioning to 'none'",
					0);
			case REFUSED -> new TopologyProblem(ResourceKind.JET_STREAM, "", "", failure.description(),
					(failure.errorCode() == ApiFailure.TEMPORARILY_UNAVAILABLE)
							? "wait until the cluster has a leader, and start again"
							: "enable JetStream for the account of this user, or use another account",
					failure.errorCode());
			default -> new TopologyProblem(ResourceKind.JET_STREAM, "", "", failure.description(), "try again", 0);
		};
	}

	private static String reasonOf(ApiFailure failure) {
		return (failure.type() == ApiFailure.Type.REFUSED) ? "the server refuses it: " + failure.description()
				: failure.description();
	}

	private static @Nullable String fieldOf(ApiFailure failure) {
		return switch (failure.errorCode()) {
			case ApiFailure.SUBJECTS_OVERLAP -> "subjects";
			case ApiFailure.INSUFFICIENT_REPLICAS -> "replicas";
			default -> null;
		};
	}

	private static @Nullable String actionOf(ApiFailure failure) {
		if (failure.type() == ApiFailure.Type.TIMEOUT) {
			return "check the permissions of the user, and the state of the server";
		}
		return switch (failure.errorCode()) {
			case ApiFailure.INSUFFICIENT_REPLICAS -> "set replicas to 1, or use a cluster";
			case 10099, 10100 ->
				"separate its subjects from those of the other consumers of this work queue, share a consumer with "
						+ "them, or choose another retention";
			case 10101 -> "let it begin with the first message (deliver-policy: all)";
			case 10084, 10098 -> "set its ack-policy to explicit, or change the retention of the stream";
			default -> null;
		};
	}

}
