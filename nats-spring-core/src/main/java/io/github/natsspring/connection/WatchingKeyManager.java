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

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/**
 * Leaves every decision to another key manager, if there is one, and tells whether there
 * was a certificate when the server asked for one.
 */
final class WatchingKeyManager extends X509ExtendedKeyManager {

	private final @Nullable X509ExtendedKeyManager delegate;

	private final Consumer<ClientCertificate> outcome;

	WatchingKeyManager(@Nullable X509ExtendedKeyManager delegate, Consumer<ClientCertificate> outcome) {
		this.delegate = delegate;
		this.outcome = outcome;
	}

	@Override
	public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
			@Nullable Socket socket) {
		return chosen((this.delegate != null) ? this.delegate.chooseClientAlias(keyTypes, issuers, socket) : null);
	}

	@Override
	public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
			@Nullable SSLEngine engine) {
		return chosen(
				(this.delegate != null) ? this.delegate.chooseEngineClientAlias(keyTypes, issuers, engine) : null);
	}

	private @Nullable String chosen(@Nullable String alias) {
		this.outcome.accept((alias != null) ? ClientCertificate.SHOWN : ClientCertificate.MISSING);
		return alias;
	}

	@Override
	public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
		return (this.delegate != null) ? this.delegate.getClientAliases(keyType, issuers) : null;
	}

	@Override
	public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
		return (this.delegate != null) ? this.delegate.getServerAliases(keyType, issuers) : null;
	}

	@Override
	public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
		return (this.delegate != null) ? this.delegate.chooseServerAlias(keyType, issuers, socket) : null;
	}

	@Override
	public X509Certificate @Nullable [] getCertificateChain(String alias) {
		return (this.delegate != null) ? this.delegate.getCertificateChain(alias) : null;
	}

	@Override
	public @Nullable PrivateKey getPrivateKey(String alias) {
		return (this.delegate != null) ? this.delegate.getPrivateKey(alias) : null;
	}

}
