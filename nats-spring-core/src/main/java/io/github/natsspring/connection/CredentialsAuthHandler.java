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

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.nats.client.AuthHandler;
import org.jspecify.annotations.Nullable;

/**
 * Logs in with credentials that are asked for at each attempt to connect, so that they
 * can be replaced while the application runs, and overwritten after it.
 */
public final class CredentialsAuthHandler implements AuthHandler {

	private final Supplier<UserCredentials> source;

	private final ReentrantLock lock = new ReentrantLock();

	// From the first question of an attempt to the last, so that a file which is replaced
	// meanwhile is not half old and half new
	private @Nullable UserCredentials current;

	/**
	 * Create a handler.
	 * @param source asked at each attempt to connect; what it returns is closed. An
	 * exception fails that attempt
	 */
	public CredentialsAuthHandler(Supplier<UserCredentials> source) {
		this.source = source;
	}

	@Override
	public char[] getID() {
		this.lock.lock();
		try {
			forget();
			UserCredentials credentials = this.source.get();
			this.current = credentials;
			return credentials.publicKey();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public byte[] sign(byte[] nonce) {
		this.lock.lock();
		try {
			return required().sign(nonce);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public char @Nullable [] getJWT() {
		this.lock.lock();
		try {
			return required().jwt();
		}
		finally {
			forget();
			this.lock.unlock();
		}
	}

	private UserCredentials required() {
		UserCredentials credentials = this.current;
		if (credentials == null) {
			credentials = this.source.get();
			this.current = credentials;
		}
		return credentials;
	}

	private void forget() {
		UserCredentials credentials = this.current;
		if (credentials != null) {
			this.current = null;
			credentials.close();
		}
	}

}
