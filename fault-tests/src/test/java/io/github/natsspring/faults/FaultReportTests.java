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

package io.github.natsspring.faults;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link FaultReport}.
 */
class FaultReportTests {

	private static final String PAGE = """
			before
			<!-- The table is written by: mvn verify -Pfaults -->
			old
			<!-- End of the table -->
			after
			""";

	@Test
	void replacesTheTableOfAPageAndNothingElse() {
		String table = FaultReport.table(List.of(new FaultReport.Row("02 kill", "2.15.2", 50_000, 12, 0, 34, 2049)));
		String page = FaultReport.replaceTable(PAGE, table);
		assertThat(page).startsWith("before\n").endsWith("after\n").doesNotContain("old");
		assertThat(page).contains("| 02 kill | 2.15.2 | 50,000 | 12 | 0 | 34 | 2.0 s |");
		assertThat(FaultReport.replaceTable(page, table)).isEqualTo(page);
	}

	@Test
	void hasNoGapWhereNoneWasMeasured() {
		assertThat(FaultReport.table(List.of(new FaultReport.Row("33 end", "2.15.2", 1, 0, 0, 0, 0))))
			.contains("| 33 end | 2.15.2 | 1 | 0 | 0 | 0 | – |");
	}

	@Test
	void refusesAPageWithoutAPlaceForTheTable() {
		assertThatIllegalStateException().isThrownBy(() -> FaultReport.replaceTable("nothing", ""))
			.withMessageContaining("no place for the table");
	}

}
