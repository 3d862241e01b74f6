package floor

import (
	"strconv"
	"strings"
	"time"
)

// Work that is no order: anybody takes a task, gives it back, or says it is done. A task never moves stock:
// what moves goods is recorded by the command of its flow, which may drop the task by itself.
var taskEntries = []Entry{
	{fresh[ClaimTask], "Takes a task, or takes over a colleague's.", Anyone,
		`{"task":"wrap/095200010000000010"}`, []Code{UnknownTask, TaskTaken, NotSignedIn}},
	{fresh[ReleaseTask], "Gives a task back for somebody else to take.", Anyone,
		`{"task":"wrap/095200010000000010"}`, []Code{UnknownTask, TaskTaken, NothingLeft}},
	{fresh[FinishTask], "Says that a task is done, with a note about it.", Anyone,
		`{"task":"wrap/095200010000000010","note":"red ribbon"}`, []Code{UnknownTask, TaskTaken, PutBackFirst, TaskIsWork, UnitEmpty}},
}

var taskEvents = []func() Event{blank[TaskClaimed], blank[TaskReleased], blank[TaskDone]}

// The refusals of tasks.
const (
	UnknownTask Code = "unknown_task"
	TaskTaken   Code = "task_taken"
	TaskIsWork  Code = "task_is_work"
)

var taskWords = map[Code][2]string{
	UnknownTask: {"There is no task {task}.", "Somebody may have done it already; look at the list of tasks again."},
	TaskTaken:   {"{who} has this task.", "Take another task, or take this one over."},
	TaskIsWork:  {"Task {task} stands for work that is not done yet: {what}.", "Do it with {command}; the task goes with it."},
}

// ClaimTask takes a task.
type ClaimTask struct {
	Task     TaskID `json:"task"`
	TakeOver bool   `json:"take_over,omitempty"` // go on with a colleague's
}

// TaskClaimed: this person does the task.
type TaskClaimed struct {
	Task TaskID `json:"task"`
	By   UserID `json:"by"`
}

// ReleaseTask gives a task back.
type ReleaseTask struct {
	Task TaskID `json:"task"`
}

// TaskReleased: the task waits for somebody.
type TaskReleased struct {
	Task TaskID `json:"task"`
}

// FinishTask says that a task is done.
type FinishTask struct {
	Task TaskID `json:"task"`
	Note string `json:"note,omitempty"`
}

// TaskDone: the task is off the list. It says what the task was, for reports.
type TaskDone struct {
	Task  TaskID    `json:"task"`
	What  string    `json:"what"`
	About string    `json:"about,omitempty"`
	SKU   SKU       `json:"sku,omitempty"`
	Qty   int       `json:"qty,omitempty"`
	Note  string    `json:"note,omitempty"`
	By    UserID    `json:"by,omitempty"`
	Since time.Time `json:"since,omitzero"`
}

// Kind names the command.
func (*ClaimTask) Kind() string { return "task.claim" }

// Kind names the command.
func (*ReleaseTask) Kind() string { return "task.release" }

// Kind names the command.
func (*FinishTask) Kind() string { return "task.done" }

// Type and Subject name the event.
func (*TaskClaimed) Type() string      { return "picket.task.claimed.v1" }
func (e *TaskClaimed) Subject() string { return "task/" + string(e.Task) }

// Type and Subject name the event.
func (*TaskReleased) Type() string      { return "picket.task.released.v1" }
func (e *TaskReleased) Subject() string { return "task/" + string(e.Task) }

// Type and Subject name the event.
func (*TaskDone) Type() string      { return "picket.task.done.v1" }
func (e *TaskDone) Subject() string { return "task/" + string(e.Task) }

func (e *TaskClaimed) tell(Names) string {
	return string(e.By) + " took the task " + ref("task", string(e.Task)) + "."
}

func (e *TaskReleased) tell(Names) string {
	return "The task " + ref("task", string(e.Task)) + " waits for somebody."
}

func (e *TaskDone) tell(n Names) string {
	out := capital(plain(e.What))
	if e.SKU != "" {
		out += " of " + strconv.Itoa(e.Qty) + " × " + n(e.SKU)
	}
	if e.About != "" {
		out += " (" + saidRef(e.About) + ")"
	}
	if out += " is done."; e.Note != "" {
		out += " " + e.Note
	}
	return out
}

// task finds a task that is nobody else's.
func (s *State) task(id TaskID, m Meta) (*Task, *Refusal) {
	k := s.Tasks.Get(id)
	if k == nil {
		return nil, Refuse(UnknownTask, "task", string(id))
	}
	if k.By != "" && k.By != m.Actor {
		return k, Refuse(TaskTaken, "who", string(k.By))
	}
	return k, nil
}

func (c *ClaimTask) decide(s *State, m Meta) ([]Event, *Refusal) {
	k, r := s.task(c.Task, m)
	switch {
	case k == nil:
		return nil, r
	case m.Actor == "":
		return nil, Refuse(NotSignedIn)
	case r != nil && !c.TakeOver:
		return nil, r
	}
	return []Event{&TaskClaimed{Task: k.ID, By: m.Actor}}, nil
}

func (e *TaskClaimed) apply(s *State) {
	if k := s.Tasks.change(s, e.Task); k != nil {
		k.By = e.By
	}
}

func (c *ReleaseTask) decide(s *State, m Meta) ([]Event, *Refusal) {
	k, r := s.task(c.Task, m)
	if r != nil {
		return nil, r
	}
	if k.By == "" {
		return nil, Refuse(NothingLeft, "what", "task "+string(k.ID))
	}
	return []Event{&TaskReleased{Task: k.ID}}, nil
}

func (e *TaskReleased) apply(s *State) {
	if k := s.Tasks.change(s, e.Task); k != nil {
		k.By = ""
	}
}

func (c *FinishTask) decide(s *State, m Meta) ([]Event, *Refusal) {
	k, r := s.task(c.Task, m)
	if r != nil {
		return nil, r
	}
	if r := checkText("note", c.Note, MaxText); r != nil {
		return nil, r
	}
	if k.What == "put_back" || k.What == "restock" {
		return nil, Refuse(PutBackFirst, "qty", strconv.Itoa(k.Qty), "got", s.name(k.SKU))
	}
	if r := k.work(s); r != nil {
		return nil, r
	}
	if r := k.wrapsNothing(s); r != nil {
		return nil, r
	}
	return []Event{&TaskDone{Task: k.ID, What: k.What, About: k.Subject, SKU: k.SKU, Qty: k.Qty, Note: c.Note, By: m.Actor, Since: k.Since}}, nil
}

func (e *TaskDone) apply(s *State) { s.Tasks.drop(e.Task) }

// wrapsNothing refuses to call a gift wrapped before anything is in the parcel: it would then close unwrapped.
func (k *Task) wrapsNothing(s *State) *Refusal {
	if k.What != "wrap" {
		return nil
	}
	if _, u, r := s.findUnit(UnitID(strings.TrimPrefix(string(k.To), "bench/"))); r == nil && len(u.Contents) == 0 {
		return Refuse(UnitEmpty, "unit", string(u.ID))
	}
	return nil
}

// work refuses to tick off a task that stands for goods or a count: they would still wait, and nobody would know.
// Only the record of the work itself takes it off the list. Where nothing is left to carry or to count, no such
// record can ever come, and it may be ticked off.
func (k *Task) work(s *State) *Refusal {
	command := ""
	what := plain(k.What) + " " + strconv.Itoa(k.Qty) + " × " + s.name(k.SKU)
	switch k.What {
	case "put_away", "replenish":
		if s.OnHand(k.From, k.SKU) <= 0 {
			return nil
		}
	case "recount":
		if s.Bins[k.From.Bin()] == nil {
			return nil
		}
	}
	switch k.What {
	case "put_away":
		command = "stock.putaway"
	case "replenish":
		command = "replenish.confirm"
	case "recount":
		command, what = "count.bin", "recount of bin "+string(k.From.Bin())
	default:
		return nil
	}
	return Refuse(TaskIsWork, "task", string(k.ID), "what", what, "command", command)
}
