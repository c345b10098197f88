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

package io.github.natsspring.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who gets at the operations of the sample.
 */
class LocalOnlyTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/operations/billing/pause");

	LocalOnlyTests() {
		this.request.setRemoteAddr("127.0.0.1");
		this.request.setServerName("localhost");
		this.request.setServerPort(8080);
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, localhost", "127.0.0.2, 127.0.0.1", "0:0:0:0:0:0:0:1, [::1]" })
	void answersThisMachine(String address, String host) {
		this.request.setRemoteAddr(address);
		this.request.setServerName(host);
		assertThat(answers()).isTrue();
	}

	@Test
	void answersItsOwnPage() {
		this.request.addHeader("Origin", "http://localhost:8080");
		this.request.addHeader("Sec-Fetch-Site", "same-origin");
		assertThat(answers()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "192.0.2.1", "10.0.0.1", "0:0:0:0:0:ffff:c000:201", "2001:db8::1" })
	void refusesOtherMachines(String address) {
		this.request.setRemoteAddr(address);
		assertRefused();
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example", "localhost.evil.example", "192.0.2.1" })
	void refusesPagesWhoseNameWasMadeToMeanThisMachine(String host) {
		this.request.setServerName(host);
		assertRefused();
	}

	@ParameterizedTest
	@CsvSource({ "Origin, https://evil.example", "Origin, http://localhost:3000", "Origin, null",
			"Sec-Fetch-Site, cross-site", "Forwarded, for=192.0.2.1", "X-Forwarded-For, 127.0.0.1",
			"X-Forwarded-Host, localhost", "X-Real-IP, 192.0.2.1" })
	void refusesPagesOfOthersAndWhatIsForwarded(String header, String value) {
		this.request.addHeader(header, value);
		assertRefused();
	}

	private void assertRefused() {
		assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(this::answers)
			.withMessageContaining("403")
			.withMessageContaining("orders.remote-operations");
	}

	private boolean answers() {
		return new LocalOnly().preHandle(this.request, new MockHttpServletResponse(), this);
	}

}
