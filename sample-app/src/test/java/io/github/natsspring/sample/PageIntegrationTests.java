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
import java.util.List;

import io.github.natsspring.test.EmbeddedNats;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page in headless Chromium, which is skipped where there is none unless the variable
 * {@code SAMPLE_BROWSER_REQUIRED} is set. Pictures are kept in {@code target}.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@EmbeddedNats
@EnabledIf(value = "io.github.natsspring.sample.Browser#isWanted",
		disabledReason = "there is no chromium and no chromedriver, Debian's packages chromium and chromium-driver")
@Timeout(180)
class PageIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static Browser browser;

	@LocalServerPort
	private int port;

	@BeforeAll
	static void startBrowser(@TempDir Path directory) throws IOException {
		browser = Browser.start(directory);
	}

	@AfterAll
	static void closeBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void open() {
		browser.size(1280, 1000);
		browser.colors("light");
		browser.open("http://localhost:" + this.port + "/");
		awaitText("#link", "Live");
		awaitText("#state", "Running");
		browser.run("window.loadedOnce = true");
		// What other tests were refused
		browser.console();
	}

	@Test
	void showsAnOrderBilledWithoutReloading() throws IOException {
		String order = order("tea");
		awaitText(row(order), "Billed");
		assertThat(browser.text(row(order))).contains("tea");
		assertNeverReloaded();
		assertThat((String) browser.run("""
				const link = document.querySelector(arguments[0] + ' a').href;
				return fetch(link).then((response) => response.text());""", row(order)))
			.startsWith("Invoice for order " + order);
	}

	@Test
	void showsAPoisonOrderAmongTheDeadLettersAndBilledOnceItIsRedriven() throws IOException {
		browser.type("#held", "lava-lamp");
		browser.click("#put-on-hold");
		awaitText("#holds", "lava-lamp");
		String order = order("lava-lamp");
		awaitText(letter(order), "Product 'lava-lamp' is on hold");
		awaitText("#dead-letters", "1");
		awaitText(row(order), "Dead letter");
		picture("page-dead-letter");
		browser.click(letter(order) + " button");
		awaitText("#said", "its listener failed again");
		assertThat(browser.text(letter(order))).contains("lava-lamp");
		browser.click("[data-sku='lava-lamp'] button");
		await().atMost(PATIENCE).until(() -> browser.text("#holds").isEmpty());
		browser.click(letter(order) + " button");
		awaitText(row(order), "Billed");
		await().atMost(PATIENCE).until(() -> browser.text(letter(order)).isEmpty());
		awaitText("#dead-letters", "0");
		assertNeverReloaded();
	}

	@Test
	void pausesAndResumesBillingAndShowsTheLag() throws IOException {
		browser.click("#pause");
		awaitText("#state", "Paused");
		String order = order("chair");
		awaitText("#lag", "1");
		awaitText(row(order), "New");
		await().atMost(PATIENCE).until(() -> browser.isEnabled("#resume"));
		browser.click("#resume");
		awaitText(row(order), "Billed");
		awaitText("#lag", "0");
		awaitText("#state", "Running");
		assertNeverReloaded();
	}

	@Test
	void fitsSmallScreensAndDarkOnes() throws IOException {
		browser.click("#many");
		await().atMost(PATIENCE).until(() -> browser.isEnabled("#many"));
		await().atMost(PATIENCE)
			.until(() -> (boolean) browser.run("return [...document.querySelectorAll('#orders tr')].length === 50 && "
					+ "[...document.querySelectorAll('#orders .badge')].every((one) => one.innerText === 'Billed')"));
		picture("page");
		browser.colors("dark");
		picture("page-dark");
		for (int width : new int[] { 1280, 900, 700, 360 }) {
			browser.size(width, 1000);
			assertThat(((Number) browser.run("return document.documentElement.scrollWidth")).intValue())
				.as("width of the page at %d", width)
				.isLessThanOrEqualTo(width);
			picture("page-" + width);
		}
		assertThat(browser.console()).isEmpty();
	}

	@Test
	void loadsNothingFromElsewhere() {
		List<?> origins = (List<?>) browser.run(
				"return [...new Set(performance.getEntriesByType('resource').map((one) => new URL(one.name).origin))]");
		assertThat(origins).hasSize(1).first().isEqualTo("http://localhost:" + this.port);
	}

	private String order(String sku) {
		browser.run("document.getElementById('said').textContent = ''");
		browser.type("#sku", sku);
		browser.type("#quantity", "3");
		browser.click("#place");
		await().atMost(PATIENCE).until(() -> browser.text("#said").matches("Order .* is (placed|billed)"));
		String id = browser.text("#said").split(" ")[1];
		await().atMost(PATIENCE).until(() -> browser.text("[data-order^='" + id + "'] td").contains(id));
		return (String) browser.run("return document.querySelector(arguments[0]).dataset.order",
				"tr[data-order^='" + id + "']");
	}

	private static String row(String order) {
		return "tr[data-order='" + order + "']";
	}

	private static String letter(String order) {
		return "li[data-order='" + order + "']";
	}

	private static void awaitText(String css, String text) {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.text(css)).contains(text));
	}

	private static void assertNeverReloaded() {
		assertThat(browser.run("return window.loadedOnce")).isEqualTo(true);
	}

	private static void picture(String name) throws IOException {
		Path file = Path.of("target", name + ".png");
		browser.screenshot(file);
		assertThat(Files.size(file)).isPositive();
	}

}
