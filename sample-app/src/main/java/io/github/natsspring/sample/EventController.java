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

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Server-sent events for the page, written by a thread for each browser: one that does
 * not read blocks only that.
 */
@RestController
class EventController {

	static final int BROWSERS = 16;

	private final LiveState live;

	private final SimpleAsyncTaskExecutor browsers = new SimpleAsyncTaskExecutor("browser-");

	EventController(LiveState live) {
		this.live = live;
		this.browsers.setConcurrencyLimit(BROWSERS);
		this.browsers.setRejectTasksWhenLimitReached(true);
		this.browsers.setDaemon(true);
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events() {
		SseEmitter browser = new SseEmitter(0L);
		try {
			this.browsers.execute(() -> follow(browser));
		}
		catch (TaskRejectedException ex) {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
					"%d browsers follow already".formatted(BROWSERS));
		}
		return browser;
	}

	private void follow(SseEmitter browser) {
		try {
			this.live.follow((update) -> browser.send(update, MediaType.APPLICATION_JSON));
			browser.complete();
		}
		catch (IOException | IllegalStateException ex) {
			// It is gone, which the web server notices by itself
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
