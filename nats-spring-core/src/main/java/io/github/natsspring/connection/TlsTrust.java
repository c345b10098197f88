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

package io.github.natsspring.connection;

/**
 * How far a server is trusted that a connection is encrypted to.
 */
public enum TlsTrust {

	/**
	 * Its certificate must come from an issuer that is trusted, be valid, and be made out
	 * to the host that was asked for.
	 */
	VERIFIED,

	/**
	 * Its certificate must come from an issuer that is trusted and be valid, but may be
	 * made out to any host: whoever has such a certificate can pose as the server.
	 */
	ANY_HOST,

	/**
	 * Anybody is trusted: whoever can reach into the network can read and change
	 * everything.
	 */
	ANYBODY

}
