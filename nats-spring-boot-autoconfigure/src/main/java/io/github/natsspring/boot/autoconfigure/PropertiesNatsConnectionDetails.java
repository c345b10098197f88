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

package io.github.natsspring.boot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * {@link NatsConnectionDetails} of {@link NatsProperties}.
 */
class PropertiesNatsConnectionDetails implements NatsConnectionDetails {

	private static final String DEFAULT_SERVER = "nats://localhost:4222";

	private final NatsProperties properties;

	private final FurtherProperties further;

	PropertiesNatsConnectionDetails(NatsProperties properties) {
		this.properties = properties;
		this.further = new FurtherProperties("nats.properties", properties.getProperties());
	}

	@Override
	public List<String> getServers() {
		List<String> servers = this.properties.getServers();
		if (servers != null) {
			return servers;
		}
		String further = this.further.get("servers", "url");
		return (further != null) ? List.of(StringUtils.commaDelimitedListToStringArray(further))
				: List.of(DEFAULT_SERVER);
	}

	@Override
	public @Nullable String getUsername() {
		return get(this.properties.getUsername(), "username");
	}

	@Override
	public @Nullable String getPassword() {
		return get(this.properties.getPassword(), "password");
	}

	@Override
	public @Nullable String getToken() {
		return get(this.properties.getToken(), "token");
	}

	private @Nullable String get(@Nullable String value, String key) {
		// A placeholder with an empty default means that there is none
		return StringUtils.hasLength(value) ? value : this.further.get(key);
	}

}
