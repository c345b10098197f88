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

import io.nats.client.impl.Headers;
import io.nats.client.support.NatsKeyValueUtil;

/**
 * A change of a key.
 *
 * @param key the key
 * @param body the value as bytes
 * @param headers the headers that it is stored with
 */
record KeyValueWrite(String key, byte[] body, Headers headers) {

	/**
	 * In place of an expected revision: none is expected.
	 */
	static final long ANY_REVISION = -1;

	private static final byte[] NOTHING = new byte[0];

	static KeyValueWrite deletion(String key) {
		return new KeyValueWrite(key, NOTHING, NatsKeyValueUtil.getDeleteHeaders());
	}

	static KeyValueWrite purge(String key) {
		return new KeyValueWrite(key, NOTHING, NatsKeyValueUtil.getPurgeHeaders());
	}

}
