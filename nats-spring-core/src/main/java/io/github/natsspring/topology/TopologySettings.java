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
 * What may be done for the declared topology, and in whose name.
 *
 * @param mode the mode of what has none of its own
 * @param planOnly whether the plan is made and logged, and nothing is done, whatever it
 * says
 * @param owner the name of the application, kept in the metadata of what it makes, or
 * {@code null} to keep none
 */
public record TopologySettings(ProvisioningMode mode, boolean planOnly, @Nullable String owner) {

	/**
	 * The key of the metadata that names the application that made a stream, consumer or
	 * bucket. Written only when something is made, on servers from 2.10.
	 */
	public static final String OWNER_KEY = "nats-spring.owner";

	/**
	 * Settings without an owner.
	 * @param mode the mode
	 * @return the settings
	 */
	public static TopologySettings of(ProvisioningMode mode) {
		return new TopologySettings(mode, false, null);
	}

}
