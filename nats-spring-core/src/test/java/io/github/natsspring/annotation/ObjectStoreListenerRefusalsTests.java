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

package io.github.natsspring.annotation;

import java.io.InputStream;
import java.util.stream.Stream;

import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.ObjectInfo;
import org.junit.jupiter.params.provider.Arguments;

import org.springframework.messaging.handler.annotation.DestinationVariable;

/**
 * Tests for what is refused of {@link NatsObjectStoreListener} methods, and what is said.
 * No server is asked.
 */
class ObjectStoreListenerRefusalsTests extends AbstractWatchRefusalsTests {

	static Stream<Arguments> mistakes() {
		return Stream.of(row(NoObjectBucket.class, "its attribute 'bucket' is empty", "Set the name of the bucket"),
				row(ObjectPayload.class,
						"the parameter 'text' (java.lang.String) is none that an object can be given to",
						"Take an io.nats.client.api.ObjectInfo, a java.io.InputStream"),
				row(ObjectVariable.class, "the @DestinationVariable 'name' is for keys, and objects have names",
						"Take an ObjectInfo"),
				row(EntryOfObject.class,
						"the parameter 'entry' (io.nats.client.api.KeyValueEntry) is none that an object can be given to",
						"Take an io.nats.client.api.ObjectInfo"),
				row(UnknownConnection.class,
						"its attribute 'connection' is 'elsewhere', and there is no such connection",
						"nats.connections.elsewhere"));
	}

	static class NoObjectBucket {

		@NatsObjectStoreListener(bucket = "")
		void on(ObjectInfo info) {
		}

	}

	static class ObjectPayload {

		@NatsObjectStoreListener(bucket = "a")
		void on(String text) {
		}

	}

	static class ObjectVariable {

		@NatsObjectStoreListener(bucket = "a")
		void on(ObjectInfo info, @DestinationVariable String name) {
		}

	}

	static class EntryOfObject {

		@NatsObjectStoreListener(bucket = "a")
		void on(InputStream content, KeyValueEntry entry) {
		}

	}

	static class UnknownConnection {

		@NatsObjectStoreListener(bucket = "a", connection = "elsewhere")
		void on(ObjectInfo info) {
		}

	}

}
