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

import java.math.BigDecimal;
import java.util.UUID;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

record Order(UUID id, String sku, int quantity, String region, Status status, @Nullable BigDecimal total) {

	/** A sku becomes a token of a subject: no dots, wildcards or blanks. */
	static final String SKU = "[A-Za-z0-9_-]{1,64}";

	static final String NO_SKU = "sku must be 1 to 64 letters, digits, - or _";

	enum Status {

		NEW, BILLED, FAILED

	}

	/** The event in stream ORDERS; the region is in its subject. */
	record Created(@NotNull UUID id, @NotNull @Pattern(regexp = SKU) String sku, @Min(1) int quantity) {
	}

}
