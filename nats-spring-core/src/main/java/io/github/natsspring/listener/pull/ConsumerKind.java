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

package io.github.natsspring.listener.pull;

/**
 * Whose a consumer is, and what it promises.
 */
public enum ConsumerKind {

	/**
	 * It is there before and after the container, and instances share its messages.
	 */
	DURABLE,

	/**
	 * The container has it to itself, for as long as it runs. Messages are acknowledged.
	 */
	EPHEMERAL,

	/**
	 * The container has it to itself, and messages come in the order of the stream
	 * without being acknowledged: whenever one may be missing, another consumer takes its
	 * place.
	 */
	ORDERED

}
