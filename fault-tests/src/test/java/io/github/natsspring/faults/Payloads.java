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

package io.github.natsspring.faults;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.nats.client.Message;

/**
 * A message holds its id.
 */
final class Payloads {

	private Payloads() {
	}

	static byte[] of(String id) {
		return id.getBytes(StandardCharsets.UTF_8);
	}

	static byte[] of(String id, int size) {
		byte[] bytes = new byte[size];
		Arrays.fill(bytes, (byte) ' ');
		byte[] start = of(id);
		System.arraycopy(start, 0, bytes, 0, start.length);
		return bytes;
	}

	static String id(Message message) {
		// What comes after it only makes it larger
		return new String(message.getData(), StandardCharsets.UTF_8).split(" ", 2)[0];
	}

}
