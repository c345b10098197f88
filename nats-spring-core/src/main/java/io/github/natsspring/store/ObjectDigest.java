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

package io.github.natsspring.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The digest of an object, written as all clients write it.
 */
final class ObjectDigest {

	private static final String ALGORITHM = "SHA-256";

	private final MessageDigest digest;

	ObjectDigest() {
		try {
			this.digest = MessageDigest.getInstance(ALGORITHM);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This JVM lacks " + ALGORITHM, ex);
		}
	}

	void update(byte[] bytes) {
		this.digest.update(bytes);
	}

	/**
	 * The digest of all bytes so far; may be asked for once.
	 */
	String value() {
		return ALGORITHM + "=" + Base64.getUrlEncoder().encodeToString(this.digest.digest());
	}

	/**
	 * Whether two digests are equal; some clients leave the padding out.
	 */
	static boolean areEqual(String one, String other) {
		return stripped(one).equals(stripped(other));
	}

	private static String stripped(String digest) {
		String text = digest.regionMatches(true, 0, ALGORITHM, 0, ALGORITHM.length())
				? ALGORITHM + digest.substring(ALGORITHM.length()) : digest;
		int end = text.length();
		while (end > 0 && text.charAt(end - 1) == '=') {
			end--;
		}
		return text.substring(0, end);
	}

}
