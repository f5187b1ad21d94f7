"""To and from clinic systems: files, REST shapes, FHIR R4, HL7 v2, signed webhooks."""
