DROP VIEW shortlist;                    -- the order of an opening is stored under the role opening:NAME
CREATE VIEW shortlist AS
    SELECT s.role,
           row_number() OVER (PARTITION BY s.role ORDER BY s.points DESC, s.person_id) AS rank,
           s.person_id AS person, p.login, p.name, s.points AS score, s.as_of
    FROM scores s JOIN persons p ON p.id = s.person_id
    WHERE p.status NOT IN ('do not contact', 'declined') AND s.role NOT LIKE 'opening:%'
      AND NOT EXISTS (SELECT 1 FROM excluded x WHERE x.person_id = p.id);
