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

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import io.github.natsspring.connection.CredentialsAuthHandler;
import io.github.natsspring.connection.InvalidCredentialsException;
import io.github.natsspring.connection.UserCredentials;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/**
 * Maps how to log in to the options of jnats: one kind at a time, checked before anything
 * is connected to, and read again for each attempt to connect.
 */
final class LoginMapper {

	private final String prefix;

	private final NatsConnectionDetails details;

	private boolean fileChecked;

	/**
	 * Create a mapper.
	 * @param prefix the prefix of the properties, for messages
	 * @param details who logs in
	 */
	LoginMapper(String prefix, NatsConnectionDetails details) {
		this.prefix = prefix;
		this.details = details;
	}

	/**
	 * Map servers and login.
	 * @param builder the builder
	 * @param servers the servers, checked
	 */
	void map(Options.Builder builder, String[] servers) {
		String username = this.details.getUsername();
		String password = this.details.getPassword();
		String token = this.details.getToken();
		Resource credentials = this.details.getCredentials();
		String seed = this.details.getNkeySeed();
		String jwt = this.details.getJwt();
		List<String> userInfos = Arrays.stream(servers).map(LoginMapper::userInfo).toList();
		boolean inServers = userInfos.stream().anyMatch(StringUtils::hasLength);
		MutuallyExclusiveConfigurationPropertiesException.throwIfMultipleNonNullValuesIn((entries) -> {
			entries.put(property("servers"), inServers ? "***" : null);
			entries.put(property("username"), username);
			entries.put(property("token"), token);
			entries.put(property("credentials"), credentials);
			entries.put(property("nkey-seed"), seed);
		});
		needs("password", password, "username", username);
		needs("jwt", jwt, "nkey-seed", seed);
		builder.servers(inServers ? hoist(builder, servers, userInfos) : servers);
		if (username != null) {
			builder.userInfo(username.toCharArray(), (password != null) ? password.toCharArray() : new char[0]);
		}
		if (token != null) {
			builder.tokenSupplier(this::token);
		}
		if (credentials != null) {
			authHandler(builder, () -> read(credentials));
			if (!this.fileChecked) {
				this.fileChecked = true;
				new SecretResource(property("credentials"), credentials).warnIfWorldReadable();
			}
		}
		if (seed != null) {
			authHandler(builder, this::ofSeed);
		}
	}

	private void authHandler(Options.Builder builder, Supplier<UserCredentials> source) {
		source.get().close();
		builder.authHandler(new CredentialsAuthHandler(() -> {
			try {
				return source.get();
			}
			catch (InvalidNatsPropertyException ex) {
				throw new InvalidCredentialsException(String.valueOf(ex.getMessage()));
			}
		}));
	}

	private char @Nullable [] token() {
		String token = this.details.getToken();
		return (token != null) ? token.toCharArray() : null;
	}

	private UserCredentials read(Resource credentials) {
		SecretResource secret = new SecretResource(property("credentials"), credentials);
		byte[] content = secret.read();
		try {
			return UserCredentials.parse(content);
		}
		catch (InvalidCredentialsException ex) {
			throw secret.refused(String.valueOf(ex.getMessage()),
					"Give a credentials file of a user, such as 'nsc generate creds' writes.");
		}
	}

	private UserCredentials ofSeed() {
		String seed = this.details.getNkeySeed();
		String jwt = this.details.getJwt();
		if (seed == null) {
			throw new InvalidNatsPropertyException(property("nkey-seed"), null, "is not there any more",
					"Give the seed of a user.");
		}
		char[] chars = seed.strip().toCharArray();
		try {
			return UserCredentials.of(chars, (jwt != null) ? jwt.strip().toCharArray() : null);
		}
		catch (InvalidCredentialsException ex) {
			throw new InvalidNatsPropertyException(property("nkey-seed"), null, String.valueOf(ex.getMessage()),
					"Give the seed of a user, which begins with SU.");
		}
		finally {
			Arrays.fill(chars, '\0');
		}
	}

	private void needs(String property, @Nullable String value, String needed, @Nullable String neededValue) {
		if (value != null && neededValue == null) {
			throw new InvalidNatsPropertyException(property(property), null,
					"is set without %s".formatted(property(needed)), "Set %s as well.".formatted(property(needed)));
		}
	}

	/**
	 * Take a login that all servers share out of their URLs: jnats prints those in many
	 * places, and does not know it for servers that a cluster announces.
	 */
	private static String[] hoist(Options.Builder builder, String[] servers, List<String> userInfos) {
		String userInfo = userInfos.get(0);
		if (!userInfos.stream().allMatch(userInfo::equals)) {
			return servers;
		}
		int colon = userInfo.indexOf(':');
		if (colon < 0) {
			builder.token(decode(userInfo));
		}
		else {
			builder.userInfo(decode(userInfo.substring(0, colon)), decode(userInfo.substring(colon + 1)));
		}
		List<String> hoisted = new ArrayList<>();
		for (String server : servers) {
			hoisted.add(server.replaceFirst("(^|://)[^/@]*@", "$1"));
		}
		return hoisted.toArray(String[]::new);
	}

	private static char[] decode(String text) {
		return StringUtils.uriDecode(text, StandardCharsets.UTF_8).toCharArray();
	}

	private static String userInfo(String server) {
		String userInfo = URI.create(server.contains("://") ? server : "nats://" + server).getRawUserInfo();
		return (userInfo != null) ? userInfo : "";
	}

	private String property(String name) {
		return this.prefix + "." + name;
	}

}
