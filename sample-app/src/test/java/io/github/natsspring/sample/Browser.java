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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.http.client.BufferingClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A headless Chromium, by the WebDriver protocol and {@code chromedriver}: by default
 * those of Debian's packages, otherwise those that the variables {@code SAMPLE_CHROMIUM}
 * and {@code SAMPLE_CHROMEDRIVER} name.
 */
final class Browser implements AutoCloseable {

	static final Path DRIVER = path("SAMPLE_CHROMEDRIVER", "/usr/bin/chromedriver");

	static final Path CHROMIUM = path("SAMPLE_CHROMIUM", "/usr/bin/chromium");

	private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");

	private static final Duration START = Duration.ofSeconds(30);

	private final Process driver;

	private RestClient session;

	private Browser(Process driver) {
		this.driver = driver;
	}

	private static Path path(String variable, String usual) {
		return Path.of(Objects.requireNonNullElse(System.getenv(variable), usual));
	}

	/** If it is required and not there, tests fail instead of being skipped. */
	static boolean isWanted() {
		return System.getenv("SAMPLE_BROWSER_REQUIRED") != null
				|| (Files.isExecutable(DRIVER) && Files.isExecutable(CHROMIUM));
	}

	static Browser start(Path directory) throws IOException {
		Path log = directory.resolve("chromedriver.log");
		Browser browser = new Browser(new ProcessBuilder(DRIVER.toString(), "--port=0").directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start());
		try {
			browser.open(log, directory.resolve("profile"));
			return browser;
		}
		catch (RuntimeException | Error ex) {
			browser.close();
			throw ex;
		}
	}

	private void open(Path log, Path profile) {
		Matcher port = await().atMost(START)
			.until(() -> PORT.matcher(Files.readString(log)), (matcher) -> matcher.find() || !this.driver.isAlive());
		List<String> arguments = new ArrayList<>(
				List.of("--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
						"--disable-background-networking", "--disable-crash-reporter", "--user-data-dir=" + profile));
		if (System.getProperty("user.name").equals("root")) {
			arguments.add("--no-sandbox");
		}
		SimpleClientHttpRequestFactory plain = new SimpleClientHttpRequestFactory();
		plain.setReadTimeout(Duration.ofMinutes(1));
		// The driver needs to know the length of what it is sent
		ClientHttpRequestFactory requests = new BufferingClientHttpRequestFactory(plain);
		String url = "http://localhost:" + port.group(1) + "/session";
		Map<?, ?> opened = (Map<?, ?>) post(RestClient.builder().requestFactory(requests).baseUrl(url).build(), "",
				Map.of("capabilities",
						Map.of("alwaysMatch",
								Map.of("goog:chromeOptions", Map.of("binary", CHROMIUM.toString(), "args", arguments),
										"goog:loggingPrefs", Map.of("browser", "ALL")))));
		this.session = RestClient.builder()
			.requestFactory(requests)
			.baseUrl(url + "/" + opened.get("sessionId"))
			.build();
	}

	void open(String url) {
		post("/url", Map.of("url", url));
	}

	void size(int width, int height) {
		command("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	void colors(String scheme) {
		command("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	void click(String css) {
		post(element(css) + "/click", Map.of());
	}

	void type(String css, String text) {
		String element = element(css);
		post(element + "/clear", Map.of());
		post(element + "/value", Map.of("text", text));
	}

	/** As it is shown; empty if there is none. */
	String text(String css) {
		return (String) run("return document.querySelector(arguments[0])?.innerText ?? ''", css);
	}

	boolean isEnabled(String css) {
		return (boolean) run("return document.querySelector(arguments[0]).disabled === false", css);
	}

	Object run(String script, Object... arguments) {
		return post("/execute/sync", Map.of("script", script, "args", arguments));
	}

	/** What the page wrote to its console, such as what its policy refused. */
	List<?> console() {
		return (List<?>) post("/se/log", Map.of("type", "browser"));
	}

	void screenshot(Path file) throws IOException {
		Map<?, ?> picture = (Map<?, ?>) command("Page.captureScreenshot", Map.of("format", "png"));
		Files.write(file, Base64.getDecoder().decode((String) picture.get("data")));
	}

	private Object command(String name, Map<String, ?> parameters) {
		return post("/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
	}

	private String element(String css) {
		Map<?, ?> found = (Map<?, ?>) post("/element", Map.of("using", "css selector", "value", css));
		return "/element/" + found.values().iterator().next();
	}

	private Object post(String path, Map<String, ?> body) {
		return post(this.session, path, body);
	}

	private static Object post(RestClient client, String path, Map<String, ?> body) {
		try {
			Map<?, ?> answer = client.post().uri(path).body(body).retrieve().body(Map.class);
			assertThat(answer).as(path).isNotNull();
			return answer.get("value");
		}
		catch (HttpClientErrorException ex) {
			throw new AssertionError(path + " " + body + ": " + ex.getResponseBodyAsString(), ex);
		}
	}

	@Override
	public void close() {
		List<ProcessHandle> all = Stream.concat(this.driver.descendants(), Stream.of(this.driver.toHandle())).toList();
		try {
			if (this.session != null) {
				this.session.delete().retrieve().toBodilessEntity();
			}
		}
		finally {
			all.forEach(ProcessHandle::destroyForcibly);
			all.forEach((process) -> process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
		}
	}

}
