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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Locale;

import io.nats.client.NKey;
import org.jspecify.annotations.Nullable;

/**
 * The seed of a user's NKey and the JWT that goes with it, if any. They are held as
 * characters that {@link #close()} overwrites.
 */
public final class UserCredentials implements AutoCloseable {

	private final char[] seed;

	private final char @Nullable [] jwt;

	private UserCredentials(char[] seed, char @Nullable [] jwt) {
		this.seed = seed;
		this.jwt = jwt;
	}

	/**
	 * Credentials of a seed.
	 * @param seed the seed of a user, copied
	 * @param jwt the JWT of the user, copied, or {@code null} if the server knows the key
	 * @return the credentials
	 * @throws InvalidCredentialsException if it is not the seed of a user
	 */
	public static UserCredentials of(char[] seed, char @Nullable [] jwt) {
		checkSeed(seed);
		return new UserCredentials(seed.clone(), (jwt != null) ? jwt.clone() : null);
	}

	/**
	 * Credentials as {@code nsc} writes them: the blocks of a JWT and a seed, or a seed
	 * alone, with or without its block.
	 * @param content the bytes, in UTF-8; they are overwritten
	 * @return the credentials
	 * @throws InvalidCredentialsException if they cannot be used
	 */
	public static UserCredentials parse(byte[] content) {
		CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content));
		Arrays.fill(content, (byte) 0);
		Parser parser = new Parser();
		try {
			parser.read(decoded.array(), decoded.limit());
			if (parser.seed == null) {
				throw new InvalidCredentialsException(parser.empty ? "is empty" : "has no USER NKEY SEED block");
			}
			return of(parser.seed, parser.jwt);
		}
		finally {
			parser.wipe();
			Arrays.fill(decoded.array(), '\0');
		}
	}

	private static void checkSeed(char[] seed) {
		NKey key;
		try {
			key = NKey.fromSeed(seed.clone());
		}
		catch (RuntimeException ex) {
			// No cause: who knows what its text quotes
			throw new InvalidCredentialsException("has a seed that cannot be read; a user seed begins with SU");
		}
		NKey.Type type = key.getType();
		key.clear();
		if (type != NKey.Type.USER) {
			throw new InvalidCredentialsException("is the seed of %s %s; a user seed (SU…) is required"
				.formatted((type.name().matches("[AO].*")) ? "an" : "a", type.name().toLowerCase(Locale.ROOT)));
		}
	}

	char[] publicKey() {
		NKey key = NKey.fromSeed(this.seed.clone());
		try {
			return key.getPublicKey().clone();
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("The public key cannot be told", ex);
		}
		finally {
			key.clear();
		}
	}

	byte[] sign(byte[] nonce) {
		NKey key = NKey.fromSeed(this.seed.clone());
		try {
			return key.sign(nonce);
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("The nonce cannot be signed", ex);
		}
		finally {
			key.clear();
		}
	}

	char @Nullable [] jwt() {
		return (this.jwt != null) ? this.jwt.clone() : null;
	}

	/**
	 * Overwrite what is secret.
	 */
	@Override
	public void close() {
		Arrays.fill(this.seed, '\0');
		if (this.jwt != null) {
			Arrays.fill(this.jwt, '\0');
		}
	}

	@Override
	public String toString() {
		return "UserCredentials[***]";
	}

	private static final class Parser {

		private char @Nullable [] seed;

		private char @Nullable [] jwt;

		private boolean empty = true;

		private boolean blocks;

		private Block block = Block.NONE;

		void read(char[] text, int length) {
			int start = 0;
			for (int i = 0; i <= length; i++) {
				if (i == length || text[i] == '\n' || text[i] == '\r') {
					line(text, start, i);
					start = i + 1;
				}
			}
		}

		private void line(char[] text, int from, int to) {
			int start = from;
			int end = to;
			while (start < end && isBlank(text[start])) {
				start++;
			}
			while (end > start && isBlank(text[end - 1])) {
				end--;
			}
			if (start == end) {
				return;
			}
			this.empty = false;
			if (text[start] == '-') {
				this.blocks = true;
				this.block = Block.of(new String(text, start, end - start));
			}
			else if (this.seed == null && (this.block == Block.SEED || (!this.blocks && text[start] == 'S'))) {
				this.seed = Arrays.copyOfRange(text, start, end);
			}
			else if (this.jwt == null && this.block == Block.JWT) {
				this.jwt = Arrays.copyOfRange(text, start, end);
			}
		}

		private static boolean isBlank(char character) {
			return Character.isWhitespace(character) || character == '\uFEFF';
		}

		void wipe() {
			if (this.seed != null) {
				Arrays.fill(this.seed, '\0');
			}
			if (this.jwt != null) {
				Arrays.fill(this.jwt, '\0');
			}
		}

	}

	private enum Block {

		NONE, JWT, SEED;

		static Block of(String line) {
			if (!line.contains("BEGIN")) {
				return NONE;
			}
			return line.contains("JWT") ? JWT : (line.contains("SEED") ? SEED : NONE);
		}

	}

}
