-- 0045_message: questions to the town hall land on a desk.

-- Elements of the directory that speak officially. Where such a one has no
-- administrator, the operators read and answer what is written to it from then on.
CREATE TABLE message_desks (
  element_id TEXT    PRIMARY KEY,
  since      INTEGER NOT NULL                     -- threads begun before stay with who wrote them
) STRICT, WITHOUT ROWID;
INSERT INTO message_desks (element_id, since) SELECT element_id, at FROM discussion_officials;
