package files

const MaxProblems = maxProblems
