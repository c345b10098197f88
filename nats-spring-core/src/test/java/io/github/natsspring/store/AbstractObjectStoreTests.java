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

import java.io.IOException;
import java.util.Random;

import io.nats.client.JetStreamManagement;
import io.nats.client.ObjectStore;
import org.junit.jupiter.api.BeforeEach;

/**
 * Base of the tests for {@link ObjectStoreTemplate}: a bucket, as the template and as
 * jnats see it.
 */
abstract class AbstractObjectStoreTests extends AbstractStoreTests {

	ObjectStore raw;

	JetStreamManagement management;

	ObjectStoreTemplate objects;

	@BeforeEach
	void createBucket() throws Exception {
		this.raw = createObjectStore();
		this.management = this.holder.get().jetStreamManagement();
		this.objects = objectStores().of(this.bucket);
	}

	byte[] read(String name) throws IOException {
		try (ObjectDownload download = this.objects.get(name)) {
			return download.readAllBytes();
		}
	}

	long messages() throws Exception {
		return messages(">");
	}

	long messages(String subjects) throws Exception {
		return this.management
			.getStreamInfo("OBJ_" + this.bucket, io.nats.client.api.StreamInfoOptions.filterSubjects(subjects))
			.getStreamState()
			.getSubjects()
			.stream()
			.mapToLong((subject) -> subject.getCount())
			.sum();
	}

	static byte[] content(int size) {
		byte[] content = new byte[size];
		new Random(size).nextBytes(content);
		return content;
	}

}
