"""Reads a text before a person may approve it: what it may not say, must say, and costs at its longest."""

from locales.linter.finding import Finding as Finding
from locales.linter.finding import Weight as Weight
from locales.linter.lint import lint as lint
from locales.linter.lint import name_findings as name_findings
from locales.linter.longest import longest_values as longest_values
