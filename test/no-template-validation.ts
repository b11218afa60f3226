/*
 * The newest CDK validates each template that is synthesized, which takes longer than the unit tests themselves. Theirs may be
 * empty, or wrong on purpose; those of all uses are validated by test/validators.
 */
process.env.CDK_VALIDATION = 'false';
