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

/**
 * What may be done to the server for the declared topology.
 */
public enum ProvisioningMode {

	/**
	 * Nothing is looked at and nothing is changed.
	 */
	NONE,

	/**
	 * Nothing is changed; whatever is missing or different fails the start.
	 */
	VALIDATE,

	/**
	 * What is missing is made; what is different is left as it is, and logged.
	 */
	CREATE,

	/**
	 * What is missing is made; what is different is changed, unless that could discard
	 * messages, removes subjects or sources, or concerns what another application made.
	 */
	UPDATE;

	/**
	 * Whether what is missing is made.
	 * @return {@code true} in the modes create and update
	 */
	public boolean creates() {
		return this == CREATE || this == UPDATE;
	}

}
