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
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of the changes of a resource are made, and writes the configuration that
 * makes them. Does no I/O.
 */
final class ChangePlanner {

	// What a listener relies on: it would lose messages, or get them in another way
	private static final Set<String> VITAL = Set.of("retention", "storage");

	// A sealed stream has these as the server wants them
	private static final Set<String> OPEN_WHEN_SEALED = Set.of("description", "metadata");

	private final ResourceKind kind;

	private final ProvisioningPolicy policy;

	private final @Nullable String otherOwner;

	private final String serverVersion;

	private final List<PlannedChange> planned = new ArrayList<>();

	private final List<ValueChange> applied = new ArrayList<>();

	private boolean sealed;

	ChangePlanner(ResourceKind kind, ProvisioningPolicy policy, @Nullable String otherOwner, String serverVersion) {
		this.kind = kind;
		this.policy = policy;
		this.otherOwner = otherOwner;
		this.serverVersion = serverVersion;
	}

	/**
	 * Decide.
	 * @param changes the fields that differ
	 * @param server the configuration as the server sent it, with fields that jnats does
	 * not know
	 * @return the configuration to update to, or {@code null} if there is nothing to
	 * update
	 */
	@Nullable JsonValue plan(List<ValueChange> changes, @Nullable JsonValue server) {
		this.sealed = server != null && server.map != null && JsonValue.TRUE.equals(server.map.get("sealed"));
		changes.forEach(this::decide);
		return (this.applied.isEmpty() || server == null || server.map == null) ? null
				: MergedConfiguration.merge(server, this.applied);
	}

	List<PlannedChange> planned() {
		return this.planned;
	}

	private void decide(ValueChange change) {
		FieldRule rule = FieldRules.of(this.kind, change.field());
		ChangeKind changeKind = rule.change(change.from(), change.to(), this.serverVersion);
		if (this.sealed && !OPEN_WHEN_SEALED.contains(rule.field())) {
			changeKind = ChangeKind.IMMUTABLE;
		}
		if (isMade(changeKind)) {
			apply(change, changeKind);
		}
		else if (changeKind == ChangeKind.PRUNE && isUpdating()) {
			applyWithoutRemoval(change, rule);
		}
		else {
			withhold(change, changeKind);
		}
	}

	private boolean isUpdating() {
		return this.policy.is(ProvisioningMode.UPDATE) && this.otherOwner == null;
	}

	private boolean isMade(ChangeKind changeKind) {
		return isUpdating() && switch (changeKind) {
			case SAFE -> true;
			case DATA_LOSS -> this.policy.allowDataLoss();
			case PRUNE -> this.policy.prune();
			case PRUNE_WITH_DATA_LOSS -> this.policy.prune() && this.policy.allowDataLoss();
			case IMMUTABLE -> false;
		};
	}

	private void apply(ValueChange change, ChangeKind changeKind) {
		FieldDifference difference = change.difference();
		this.applied.add(change);
		this.planned.add(PlannedChange.applied(difference, changeKind, difference.declared()));
	}

	private void applyWithoutRemoval(ValueChange change, FieldRule rule) {
		JsonValue target = rule.kind().withoutRemoval(change.from(), change.to());
		if (target != null && !ConfigurationDifferences.carries(change.field(), change.from(), target)) {
			this.applied.add(new ValueChange(change.field(), change.from(), target));
			this.planned.add(PlannedChange.applied(change.difference(), ChangeKind.SAFE,
					ConfigurationDifferences.print(change.field(), target)));
		}
		withhold(change, ChangeKind.PRUNE);
	}

	private void withhold(ValueChange change, ChangeKind changeKind) {
		String reason = reason(changeKind);
		boolean vital = VITAL.contains(change.field()) && this.kind != ResourceKind.CONSUMER;
		if (vital || this.policy.is(ProvisioningMode.VALIDATE)) {
			this.planned.add(PlannedChange.conflict(change.difference(), changeKind, reason));
		}
		else {
			this.planned.add(PlannedChange.withheld(change.difference(), changeKind, reason));
		}
	}

	private @Nullable String reason(ChangeKind changeKind) {
		if (this.otherOwner != null) {
			return "left to '%s', which made it".formatted(this.otherOwner);
		}
		if (changeKind == ChangeKind.IMMUTABLE) {
			return this.sealed ? "the stream is sealed" : "it cannot be changed";
		}
		if (!this.policy.is(ProvisioningMode.UPDATE)) {
			return null;
		}
		return switch (changeKind) {
			case PRUNE -> "removing needs 'prune: true'";
			case PRUNE_WITH_DATA_LOSS ->
				"it could discard messages, and needs 'prune: true' and 'allow-data-loss: true'";
			case DATA_LOSS -> "it could discard messages, and needs 'allow-data-loss: true'";
			default -> null;
		};
	}

	/**
	 * The name of another application that made a resource.
	 * @param metadata the metadata of the resource on the server, or {@code null}
	 * @param owner the name of this application, or {@code null}
	 */
	static @Nullable String otherOwner(@Nullable Map<String, String> metadata, @Nullable String owner) {
		String found = (metadata != null) ? metadata.get(TopologySettings.OWNER_KEY) : null;
		return (found == null || found.equals(owner)) ? null : found;
	}

}
