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

package io.github.natsspring.test;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * One file from a web server, with a bound on every wait.
 *
 * @param connectTimeout how long a connection may take
 * @param stallTimeout how long nothing may arrive
 * @param timeout how long the whole may take
 */
record Download(Duration connectTimeout, Duration stallTimeout, Duration timeout) {

	static final Download DEFAULT = new Download(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(10));

	private static final Log logger = LogFactory.getLog(Download.class);

	private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(5);

	private static final long MAX_SIZE = 200L * 1024 * 1024;

	/**
	 * Get a file.
	 * @param uri where it is; redirects are followed, but not from https to http
	 * @param target where it is written
	 * @throws IOException if it cannot be had, with the reason as message
	 */
	void get(URI uri, Path target) throws IOException {
		HttpClient client = HttpClient.newBuilder()
			.connectTimeout(this.connectTimeout)
			.followRedirects(HttpClient.Redirect.NORMAL)
			.build();
		HttpRequest request;
		try {
			request = HttpRequest.newBuilder(uri).timeout(this.stallTimeout.plus(this.connectTimeout)).build();
		}
		catch (IllegalArgumentException ex) {
			throw new IOException("%s is no address of a web server".formatted(printable(uri)), ex);
		}
		CompletableFuture<HttpResponse<Path>> response = client.sendAsync(request, (info) -> {
			if (info.statusCode() != 200) {
				return HttpResponse.BodySubscribers.replacing(target);
			}
			return HttpResponse.BodySubscribers.ofFile(target);
		});
		try {
			int status = await(response, uri, target);
			if (status != 200) {
				throw new IOException("%s answered %s".formatted(printable(uri), status));
			}
		}
		finally {
			response.cancel(true);
		}
	}

	private int await(CompletableFuture<HttpResponse<Path>> response, URI uri, Path target) throws IOException {
		long start = System.nanoTime();
		long told = start;
		long grown = start;
		long size = 0;
		while (true) {
			try {
				return response.get(100, TimeUnit.MILLISECONDS).statusCode();
			}
			catch (TimeoutException ex) {
				// Not there yet
			}
			catch (ExecutionException ex) {
				throw new IOException("%s: %s".formatted(printable(uri), reason(ex)), ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IOException("interrupted while %s was downloaded".formatted(printable(uri)), ex);
			}
			long now = System.nanoTime();
			long present = Files.exists(target) ? Files.size(target) : 0;
			if (present > size) {
				size = present;
				grown = now;
			}
			check(uri, size, Duration.ofNanos(now - start), Duration.ofNanos(now - grown));
			if (now - told >= PROGRESS_INTERVAL.toNanos()) {
				told = now;
				logger.info("Still downloading %s (%s KB in %s s)".formatted(printable(uri), size / 1024,
						Duration.ofNanos(now - start).toSeconds()));
			}
		}
	}

	private void check(URI uri, long size, Duration elapsed, Duration idle) throws IOException {
		if (size > 0 && idle.compareTo(this.stallTimeout) > 0) {
			throw new IOException("%s: nothing arrived for %s s, after %s KB".formatted(printable(uri),
					this.stallTimeout.toSeconds(), size / 1024));
		}
		if (elapsed.compareTo(this.timeout) > 0) {
			throw new IOException("%s: not there after %s s, with %s KB".formatted(printable(uri),
					this.timeout.toSeconds(), size / 1024));
		}
		if (size > MAX_SIZE) {
			throw new IOException("%s: larger than %s MB".formatted(printable(uri), MAX_SIZE / 1024 / 1024));
		}
	}

	private static String reason(ExecutionException ex) {
		Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
		String message = cause.getMessage();
		return (message != null) ? message : cause.getClass().getSimpleName();
	}

	/**
	 * An address without user and password.
	 * @param uri the address
	 * @return text for messages
	 */
	static String printable(URI uri) {
		try {
			return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null).toString();
		}
		catch (URISyntaxException ex) {
			return "the address";
		}
	}

	/**
	 * The checksum of a file.
	 * @param file the file
	 * @return its SHA-256, hexadecimal in lower case
	 * @throws IOException if it cannot be read
	 */
	static String sha256(Path file) throws IOException {
		try (InputStream content = Files.newInputStream(file);
				DigestInputStream digest = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
			digest.transferTo(java.io.OutputStream.nullOutputStream());
			return HexFormat.of().formatHex(digest.getMessageDigest().digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
