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

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;

/**
 * An {@link SSLContext} over others: which one is decided for each socket, as is the name
 * of the peer, and each socket and engine gets parameters before it is used. jnats offers
 * nothing else to reach its sockets by.
 */
final class DelegatingSslContext extends SSLContext {

	private final Spi spi;

	/**
	 * Create a context.
	 * @param target asked for each socket; given what wants to know about the client's
	 * certificate
	 * @param peer the name that the peer must have, for the host that jnats connects to
	 */
	DelegatingSslContext(Function<Consumer<ClientCertificate>, Target> target, UnaryOperator<String> peer) {
		this(new Spi(target, peer));
	}

	private DelegatingSslContext(Spi spi) {
		super(spi, provider(), "TLS");
		this.spi = spi;
	}

	/**
	 * What became of the client's certificate in the last handshake.
	 */
	ClientCertificate clientCertificate() {
		return this.spi.outcome;
	}

	private static Provider provider() {
		try {
			return SSLContext.getDefault().getProvider();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("There is no TLS in this JVM", ex);
		}
	}

	/**
	 * The context to use, and what to set on its sockets.
	 *
	 * @param context the context
	 * @param parameters changes the parameters of a socket
	 */
	record Target(SSLContext context, Consumer<SSLParameters> parameters) {

		SSLSocket configure(Socket socket) {
			SSLSocket sslSocket = (SSLSocket) socket;
			SSLParameters changed = sslSocket.getSSLParameters();
			this.parameters.accept(changed);
			sslSocket.setSSLParameters(changed);
			return sslSocket;
		}

		SSLEngine configure(SSLEngine engine) {
			SSLParameters changed = engine.getSSLParameters();
			this.parameters.accept(changed);
			engine.setSSLParameters(changed);
			return engine;
		}

	}

	private static final class Spi extends SSLContextSpi {

		private final Function<Consumer<ClientCertificate>, Target> target;

		private final UnaryOperator<String> peer;

		private volatile ClientCertificate outcome = ClientCertificate.NOT_WANTED;

		Spi(Function<Consumer<ClientCertificate>, Target> target, UnaryOperator<String> peer) {
			this.target = target;
			this.peer = peer;
		}

		private Target target() {
			this.outcome = ClientCertificate.NOT_WANTED;
			return this.target.apply((certificate) -> this.outcome = certificate);
		}

		@Override
		protected void engineInit(KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted,
				@Nullable SecureRandom random) throws KeyManagementException {
			throw new KeyManagementException("This context is ready to use");
		}

		@Override
		protected SSLSocketFactory engineGetSocketFactory() {
			return new Factory(target(), this.peer);
		}

		@Override
		protected SSLServerSocketFactory engineGetServerSocketFactory() {
			throw new UnsupportedOperationException("This context is for clients");
		}

		@Override
		protected SSLEngine engineCreateSSLEngine() {
			Target current = target();
			return current.configure(current.context().createSSLEngine());
		}

		@Override
		protected SSLEngine engineCreateSSLEngine(String host, int port) {
			Target current = target();
			return current.configure(current.context().createSSLEngine(this.peer.apply(host), port));
		}

		@Override
		protected @Nullable SSLSessionContext engineGetServerSessionContext() {
			return target().context().getServerSessionContext();
		}

		@Override
		protected @Nullable SSLSessionContext engineGetClientSessionContext() {
			return target().context().getClientSessionContext();
		}

		@Override
		protected SSLParameters engineGetDefaultSSLParameters() {
			Target current = target();
			SSLParameters parameters = current.context().getDefaultSSLParameters();
			current.parameters().accept(parameters);
			return parameters;
		}

		@Override
		protected SSLParameters engineGetSupportedSSLParameters() {
			return target().context().getSupportedSSLParameters();
		}

	}

	private static final class Factory extends SSLSocketFactory {

		private final Target target;

		private final SSLSocketFactory factory;

		private final UnaryOperator<String> peer;

		Factory(Target target, UnaryOperator<String> peer) {
			this.target = target;
			this.factory = target.context().getSocketFactory();
			this.peer = peer;
		}

		@Override
		public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
			return this.target.configure(this.factory.createSocket(socket, this.peer.apply(host), port, autoClose));
		}

		@Override
		public Socket createSocket() throws IOException {
			return this.target.configure(this.factory.createSocket());
		}

		@Override
		public Socket createSocket(String host, int port) throws IOException {
			return this.target.configure(this.factory.createSocket(host, port));
		}

		@Override
		public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
			return this.target.configure(this.factory.createSocket(host, port, localHost, localPort));
		}

		@Override
		public Socket createSocket(InetAddress host, int port) throws IOException {
			return this.target.configure(this.factory.createSocket(host, port));
		}

		@Override
		public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
				throws IOException {
			return this.target.configure(this.factory.createSocket(address, port, localAddress, localPort));
		}

		@Override
		public String[] getDefaultCipherSuites() {
			return this.factory.getDefaultCipherSuites();
		}

		@Override
		public String[] getSupportedCipherSuites() {
			return this.factory.getSupportedCipherSuites();
		}

	}

}
