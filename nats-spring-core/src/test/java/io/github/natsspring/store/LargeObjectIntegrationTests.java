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

import java.time.Duration;

import io.github.natsspring.test.ApplicationProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the size of an object does not show in the memory of a program.
 */
class LargeObjectIntegrationTests extends AbstractStoreTests {

	@Test
	void storesAndReadsMoreThanItsHeap() throws Exception {
		storeAndRead(32, 24);
	}

	@Test
	@Tag("slow")
	@Timeout(180)
	void storesAndReads256MebibytesIn64() throws Exception {
		storeAndRead(256, 64);
	}

	private void storeAndRead(int mebibytes, int heap) throws Exception {
		createObjectStore();
		try (ApplicationProcess application = ApplicationProcess.builder(LargeObjectMain.class)
			.jvmOptions("-Xmx%dm".formatted(heap), "-XX:+ExitOnOutOfMemoryError")
			.args(server.url(), this.bucket, Integer.toString(mebibytes))
			.start()) {
			assertThat(application.awaitEnd(Duration.ofSeconds(150))).isTrue();
			long size = mebibytes * 1024L * 1024;
			assertThat(application.output()).contains("bytes=%d equal=true heap=".formatted(size),
					"listener bytes=%d equal=true".formatted(size));
			assertThat(application.exitCode()).isZero();
		}
	}

}
