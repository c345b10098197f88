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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Asks the monitoring port of a node what it knows of its cluster.
 */
final class ClusterProbe {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final HttpClient client = HttpClient.newBuilder()
		.connectTimeout(TIMEOUT)
		.version(HttpClient.Version.HTTP_1_1)
		.build();

	private final int port;

	private final int size;

	private String lastAnswer = "nothing yet";

	ClusterProbe(int port, int size) {
		this.port = port;
		this.size = size;
	}

	boolean isReady() {
		try {
			JsonValue meta = get("/jsz").get("meta_cluster");
			return meta != null && meta.map != null && meta.map.containsKey("leader")
					&& this.size == number(meta.map.get("cluster_size"))
					&& "ok".equals(text(get("/healthz").get("status")));
		}
		catch (IOException ex) {
			this.lastAnswer = String.valueOf(ex);
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	String lastAnswer() {
		return this.lastAnswer;
	}

	private Map<String, JsonValue> get(String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(TIMEOUT)
			.build();
		this.lastAnswer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
		Map<String, JsonValue> members = JsonParser.parse(this.lastAnswer).map;
		return (members != null) ? members : Map.of();
	}

	private static int number(@Nullable JsonValue value) {
		return (value != null && value.i != null) ? value.i : -1;
	}

	private static @Nullable String text(@Nullable JsonValue value) {
		return (value != null) ? value.string : null;
	}

}
