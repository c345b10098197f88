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

package io.github.natsspring.connection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.TimeTraceLogger;
import io.nats.client.impl.NatsServerPool;
import io.nats.client.support.NatsUri;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Builds options so that no customizer can do without what is promised: host names are
 * checked, old versions of TLS are not spoken, and nothing secret is printed.
 */
class OptionsGuard {

	private static final Log logger = LogFactory.getLog(OptionsGuard.class);

	private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

	private static final Pattern LITERAL = Pattern.compile("\\[.*]|[0-9.]+");

	private final String name;

	private final TlsTrust trust;

	private final AtomicBoolean warnedOfTrust = new AtomicBoolean();

	private final AtomicBoolean warnedOfPlainText = new AtomicBoolean();

	private volatile Supplier<ClientCertificate> clientCertificate = () -> ClientCertificate.NOT_WANTED;

	private final SubjectCheck subjects = new SubjectCheck();

	private volatile @Nullable ReaderGuard reader;

	OptionsGuard(String name, TlsTrust trust) {
		this.name = name;
		this.trust = trust;
	}

	/**
	 * What became of the client's certificate in the last handshake.
	 */
	ClientCertificate clientCertificate() {
		return this.clientCertificate.get();
	}

	/**
	 * What checks the subjects that applications use.
	 */
	SubjectCheck subjects() {
		return this.subjects;
	}

	/**
	 * The connection that was made with the last options.
	 */
	void connected(Connection connection) {
		ReaderGuard reader = this.reader;
		if (reader != null) {
			reader.connected(connection);
		}
	}

	Options build(Options.Builder builder, Consumer<Throwable> failures) {
		this.clientCertificate = () -> ClientCertificate.NOT_WANTED;
		Options options = builder.build();
		if (options.isTraceConnection()) {
			TimeTraceLogger traces = options.getTimeTraceLogger();
			builder.timeTraceLogger(
					(format, arguments) -> traces.trace("%s", Redaction.redact(String.format(format, arguments))));
		}
		else {
			// The first build has set one, which would count as a wish for traces
			builder.timeTraceLogger(null);
		}
		this.subjects.takeOver(builder, options);
		ServerSilence.limit(builder, options);
		DataPorts.use(builder, options);
		this.reader = ReaderGuard.use(builder, options, this.name, failures);
		List<NatsUri> servers = options.getNatsServerUris();
		if (servers.stream().anyMatch((server) -> "opentls".equals(server.getScheme())) && !isAnybodyTrusted()) {
			throw new IllegalArgumentException("The scheme opentls accepts any certificate; use tls");
		}
		SSLContext context = options.getSslContext();
		if (context != null) {
			secure(builder, options, context);
		}
		else {
			warnOfPlainText(options, servers);
		}
		return builder.build();
	}

	private boolean isAnybodyTrusted() {
		return this.trust == TlsTrust.ANYBODY;
	}

	private void secure(Options.Builder builder, Options options, SSLContext context) {
		if (this.trust != TlsTrust.VERIFIED && this.warnedOfTrust.compareAndSet(false, true)) {
			logger.warn(isAnybodyTrusted()
					? "The connection '%s' trusts any certificate: whoever reaches into the network can read and change everything"
						.formatted(this.name)
					: "The connection '%s' does not check for which host a certificate is: whoever has one can pose as the server"
						.formatted(this.name));
		}
		PeerNames names = new PeerNames(
				(options.getServerPool() != null) ? options.getServerPool() : new NatsServerPool());
		SSLContext target = TlsContexts.explaining(context);
		if (target instanceof DelegatingSslContext delegating) {
			this.clientCertificate = delegating::clientCertificate;
		}
		builder.serverPool(names);
		builder.sslContext(new DelegatingSslContext(
				(outcome) -> new DelegatingSslContext.Target(target, this::restrict), names::peer));
	}

	private void restrict(SSLParameters parameters) {
		String[] protocols = Stream.of(parameters.getProtocols()).filter(PROTOCOLS::contains).toArray(String[]::new);
		if (protocols.length == 0) {
			throw new IllegalStateException("TLS 1.2 or 1.3 is needed, and only %s enabled"
				.formatted(String.join(", ", parameters.getProtocols())));
		}
		parameters.setProtocols(protocols);
		if (this.trust == TlsTrust.VERIFIED) {
			parameters.setEndpointIdentificationAlgorithm("HTTPS");
		}
	}

	private void warnOfPlainText(Options options, List<NatsUri> servers) {
		NatsConnectException.Login login = Logins.of(options);
		boolean secret = login == NatsConnectException.Login.USER || login == NatsConnectException.Login.TOKEN;
		if (secret && servers.stream().anyMatch((server) -> !isLoopback(server.getHost()))
				&& this.warnedOfPlainText.compareAndSet(false, true)) {
			logger
				.warn("The connection '%s' sends its password or token as plain text over the network; use TLS (tls://)"
					.formatted(this.name));
		}
	}

	private static boolean isLoopback(String host) {
		if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
			return true;
		}
		try {
			// Not a name: looking one up takes time, and tells little
			return LITERAL.matcher(host).matches() && InetAddress.getByName(host).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
