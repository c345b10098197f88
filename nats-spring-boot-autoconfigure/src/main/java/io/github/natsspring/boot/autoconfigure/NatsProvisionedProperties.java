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

import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.ProvisioningPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Properties of everything that is provisioned: streams, consumers and buckets.
 */
public abstract class NatsProvisionedProperties implements NamedEntry {

	/**
	 * What may be done to the server for this entry. By default as
	 * nats.jetstream.provisioning says; a consumer follows its stream.
	 */
	private @Nullable ProvisioningMode provisioning;

	/**
	 * Whether an update may make changes that could discard messages, such as a lower
	 * limit.
	 */
	private boolean allowDataLoss;

	/**
	 * Whether an update may remove subjects and sources that are not written here.
	 */
	private boolean prune;

	public @Nullable ProvisioningMode getProvisioning() {
		return this.provisioning;
	}

	public void setProvisioning(@Nullable ProvisioningMode provisioning) {
		this.provisioning = provisioning;
	}

	public boolean isAllowDataLoss() {
		return this.allowDataLoss;
	}

	public void setAllowDataLoss(boolean allowDataLoss) {
		this.allowDataLoss = allowDataLoss;
	}

	public boolean isPrune() {
		return this.prune;
	}

	public void setPrune(boolean prune) {
		this.prune = prune;
	}

	ProvisioningPolicy toPolicy() {
		return new ProvisioningPolicy(this.provisioning, this.allowDataLoss, this.prune);
	}

}
