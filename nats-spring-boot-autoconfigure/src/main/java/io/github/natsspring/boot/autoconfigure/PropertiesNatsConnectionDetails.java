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

import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/**
 * {@link NatsConnectionDetails} of {@link NatsProperties}.
 */
class PropertiesNatsConnectionDetails implements NatsConnectionDetails {

	private static final String DEFAULT_SERVER = "nats://localhost:4222";

	private final String prefix;

	private final NatsProperties properties;

	private final FurtherProperties further;

	private final @Nullable SslBundles sslBundles;

	PropertiesNatsConnectionDetails(NatsProperties properties) {
		this("nats", properties, null);
	}

	/**
	 * Create details.
	 * @param prefix the prefix of the properties, for messages
	 * @param properties the properties
	 * @param sslBundles the SSL bundles, or {@code null} if there are none
	 */
	PropertiesNatsConnectionDetails(String prefix, NatsProperties properties, @Nullable SslBundles sslBundles) {
		this.prefix = prefix;
		this.properties = properties;
		this.further = new FurtherProperties(prefix + ".properties", properties.getProperties());
		this.sslBundles = sslBundles;
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
		String token = get(this.properties.getToken(), "token");
		String location = this.properties.getTokenFile();
		String file = StringUtils.hasLength(location) ? location : null;
		MutuallyExclusiveConfigurationPropertiesException.throwIfMultipleNonNullValuesIn((entries) -> {
			entries.put(this.prefix + ".token", token);
			entries.put(this.prefix + ".token-file", file);
		});
		return (file != null) ? SecretResource.of(this.prefix + ".token-file", file).readLine() : token;
	}

	@Override
	public @Nullable Resource getCredentials() {
		String credentials = get(this.properties.getCredentials(), "credential.path");
		return (credentials != null) ? SecretResource.resolve(credentials) : null;
	}

	@Override
	public @Nullable String getNkeySeed() {
		String seed = this.properties.getNkeySeed();
		return StringUtils.hasLength(seed) ? seed : null;
	}

	@Override
	public @Nullable String getJwt() {
		String jwt = this.properties.getJwt();
		return StringUtils.hasLength(jwt) ? jwt : null;
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		NatsProperties.Ssl ssl = this.properties.getSsl();
		String bundle = ssl.getBundle();
		if (!StringUtils.hasLength(bundle) || !ssl.isEnabled()) {
			return null;
		}
		String property = this.prefix + ".ssl.bundle";
		if (this.sslBundles == null) {
			throw new InvalidNatsPropertyException(property, bundle, "there are no SSL bundles",
					"Declare it under spring.ssl.bundle.");
		}
		try {
			return this.sslBundles.getBundle(bundle);
		}
		catch (NoSuchSslBundleException ex) {
			throw new InvalidNatsPropertyException(property, bundle,
					"there is no such SSL bundle; known: " + this.sslBundles.getBundleNames(),
					"Correct the name, or declare the bundle under spring.ssl.bundle.");
		}
	}

	private @Nullable String get(@Nullable String value, String key) {
		// A placeholder with an empty default means that there is none
		return StringUtils.hasLength(value) ? value : this.further.get(key);
	}

}
