package floor

func showInbound(s *State, id string) string {
	if s.Inbounds.Get(InboundID(id)) == nil {
		return "no open delivery " + id
	}
	return "delivery " + id
}
