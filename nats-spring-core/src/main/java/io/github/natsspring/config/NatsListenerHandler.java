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

package io.github.natsspring.config;

import java.lang.reflect.Method;
import java.util.List;

import io.github.natsspring.support.SubjectTemplate;

/**
 * A method that handles some of the messages of a listener.
 *
 * @param method the method, of the class behind a proxy
 * @param subjects subjects or patterns, at least one
 */
public record NatsListenerHandler(Method method, List<SubjectTemplate> subjects) {

	public NatsListenerHandler {
		subjects = List.copyOf(subjects);
	}

	/**
	 * The method and its subjects, for messages.
	 */
	String describe() {
		return "%s %s".formatted(this.method.getName(), this.subjects);
	}

}
