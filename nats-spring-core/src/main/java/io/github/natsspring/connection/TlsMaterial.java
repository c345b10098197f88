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

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;

/**
 * What a TLS context is made of.
 *
 * @param name where it comes from, for messages, such as {@code SSL bundle 'nats'}
 * @param keyManagers the client's certificates, or {@code null} for none
 * @param trustManagers who is trusted, or {@code null} for the trust store of the JVM
 * @param ciphers the cipher suites, or {@code null} for those of the JVM
 * @param protocols the versions of TLS, or {@code null} for those of the JVM; versions
 * before 1.2 are never used
 */
@SuppressWarnings("ArrayRecordComponent")
public record TlsMaterial(String name, KeyManager @Nullable [] keyManagers, TrustManager @Nullable [] trustManagers,
		String @Nullable [] ciphers, String @Nullable [] protocols) {

	/**
	 * What the JVM trusts, and no certificate of the client.
	 */
	static TlsMaterial ofTheJvm() {
		return new TlsMaterial("the trust store of the JVM", null, null, null, null);
	}

}
