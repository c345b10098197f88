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

import org.jspecify.annotations.Nullable;

/**
 * What may be done to one declared stream, consumer or bucket.
 *
 * @param mode the mode for this resource; {@code null} takes that of the stream for a
 * consumer, and the common mode else
 * @param allowDataLoss whether an update may make changes that could discard messages or
 * work that is not acknowledged; never inherited
 * @param prune whether an update may remove subjects and sources that are not declared;
 * never inherited
 */
public record ProvisioningPolicy(@Nullable ProvisioningMode mode, boolean allowDataLoss, boolean prune) {

	/**
	 * The mode of the stream or the common one, and no data loss.
	 */
	public static final ProvisioningPolicy INHERITED = new ProvisioningPolicy(null, false, false);

	/**
	 * Fill the mode in.
	 * @param inherited the mode to use if there is none
	 * @return a policy with a mode
	 */
	ProvisioningPolicy in(ProvisioningMode inherited) {
		return (this.mode != null) ? this : new ProvisioningPolicy(inherited, this.allowDataLoss, this.prune);
	}

	boolean is(ProvisioningMode candidate) {
		return this.mode == candidate;
	}

}
