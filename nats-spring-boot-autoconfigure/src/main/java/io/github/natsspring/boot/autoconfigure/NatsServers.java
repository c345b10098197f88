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
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.natsspring.connection.Redaction;
import org.jspecify.annotations.Nullable;

/**
 * Checks the addresses of servers, because jnats prints them with their passwords when it
 * cannot parse one.
 */
final class NatsServers {

	private static final Set<String> SCHEMES = Set.of("nats", "tls", "ws", "wss");

	private static final String SCHEME_END = "://";

	// A user and a password without a host look like a host and a port
	private static final Pattern NO_PORT = Pattern.compile("^((?:\\w+://)?[^:/\\[\\]]*):(?!//|\\d*$).{4,}$",
			Pattern.DOTALL);

	private NatsServers() {
	}

	/**
	 * Check servers.
	 * @param property the name of their property
	 * @param servers the servers as they were written
	 * @return what jnats can parse
	 */
	static String[] check(String property, List<String> servers) {
		if (servers.isEmpty()) {
			throw new InvalidNatsPropertyException(property, null, "must have at least one entry",
					"Name a server, such as nats://localhost:4222, or remove the property.");
		}
		String[] checked = new String[servers.size()];
		for (int i = 0; i < checked.length; i++) {
			String server = servers.get(i).trim();
			String reason = check(server);
			if (reason != null) {
				throw new InvalidNatsPropertyException(property + "[" + i + "]", shown(server), reason,
						"Write the server as host:port or as a URL, such as nats://localhost:4222.");
			}
			checked[i] = server;
		}
		return checked;
	}

	/**
	 * Without what may be a password, also of one whose host was forgotten.
	 */
	private static String shown(String server) {
		String redacted = Redaction.redactUrl(server);
		return redacted.contains("@") ? redacted : NO_PORT.matcher(redacted).replaceFirst("$1:****");
	}

	private static @Nullable String check(String server) {
		int schemeEnd = server.indexOf(SCHEME_END);
		String scheme = (schemeEnd >= 0) ? server.substring(0, schemeEnd).toLowerCase(Locale.ROOT) : "nats";
		if (scheme.equals("opentls")) {
			return "scheme 'opentls' accepts any certificate; use tls";
		}
		if (!SCHEMES.contains(scheme)) {
			return "scheme is not supported; use nats, tls, ws or wss";
		}
		String rest = (schemeEnd >= 0) ? server.substring(schemeEnd + SCHEME_END.length()) : server;
		String address = rest.substring(rest.lastIndexOf('@') + 1);
		int end = address.indexOf('/');
		address = (end >= 0) ? address.substring(0, end) : address;
		String reason = checkAddress(address);
		return (reason != null || isParsable(scheme, rest)) ? reason
				: "cannot be parsed; special characters of user and password must be percent-encoded";
	}

	private static @Nullable String checkAddress(String address) {
		int hostEnd = address.startsWith("[") ? address.indexOf(']') + 1 : address.indexOf(':');
		String host = (hostEnd >= 0) ? address.substring(0, hostEnd) : address;
		String port = (hostEnd >= 0) ? address.substring(hostEnd) : "";
		if (host.isEmpty()) {
			return "has no host";
		}
		if (!port.isEmpty() && !isPort(port)) {
			return "port must be 1-65535";
		}
		if (!isParsable("nats", address)) {
			return "host is not a valid name; letters, digits, '-' and '.' are allowed";
		}
		return null;
	}

	private static boolean isPort(String port) {
		try {
			int number = Integer.parseInt(port.substring(1));
			return port.startsWith(":") && number >= 1 && number <= 65535;
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

	private static boolean isParsable(String scheme, String rest) {
		try {
			return new URI(scheme + SCHEME_END + rest).getHost() != null;
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

}
