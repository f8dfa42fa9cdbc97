package ui

// coreRoutes are the framework's own.
func (s *Server) coreRoutes() []route {
	return []route{
		{GET, "/static/*", public, s.static},
	}
}
