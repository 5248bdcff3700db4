//! An operation that is new to the contract, and nothing else that anybody wrote.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::{Folder, Mock, copy, xtask};

const ORDERS: &str = "openapi/octane-orders.yaml";

/// The operation, as one would write it.
const OPERATION: &str = r#"  /v1/plan/{planNo}:
    get:
      operationId: getPlan
      tags: [Order]
      summary: Get a plan
      description: What a customer on the plan gets.
      x-provenance: designed
      parameters:
        - name: planNo
          in: path
          required: true
          description: The plan's number.
          schema: { $ref: '#/components/schemas/PlanNumber' }
          example: 501
      responses:
        "200":
          description: The plan.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/PlanEnvelope' }
              examples:
                fast:
                  value:
                    success: true
                    errorCode: 0
                    errorMessage: Success
                    response: { planNo: 501, speed: Fast }
        "400": { $ref: '#/components/responses/InvalidRequest' }
        "401": { $ref: '#/components/responses/Unauthenticated' }
        "406": { $ref: '#/components/responses/NotAcceptable' }
        "429": { $ref: '#/components/responses/TooManyRequests' }
        "500": { $ref: '#/components/responses/InternalError' }
        "503": { $ref: '#/components/responses/ServiceUnavailable' }

"#;

/// The types it answers.
const SCHEMAS: &str = "    PlanEnvelope:
      type: object
      required: [success, errorCode, errorMessage, response]
      properties:
        success: { type: boolean, enum: [true] }
        errorCode: { $ref: '#/components/schemas/NoError' }
        errorMessage: { type: string }
        response: { $ref: '#/components/schemas/Plan' }
    Plan:
      description: What a customer gets.
      type: object
      required: [planNo, speed]
      properties:
        planNo: { $ref: '#/components/schemas/PlanNumber' }
        speed: { $ref: '#/components/schemas/PlanSpeed' }
    PlanSpeed:
      type: string
      enum: [Fast, Faster]
      x-extensible-enum: true
";

#[test]
fn an_operation_takes_the_contract_and_gen_to_be_in_docs_sdk_and_mock() {
    let (copy, sdk) = (copy(), Folder::new());
    copy.edit(
        ORDERS,
        "  /v1/appointment/nbn/timeslot:\n",
        &format!("{OPERATION}  /v1/appointment/nbn/timeslot:\n"),
    );
    copy.edit(ORDERS, "\n  schemas:\n", &format!("\n  schemas:\n{SCHEMAS}"));
    let run = xtask(&copy, &["gen", "--sdk", sdk.path().to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);

    let told = [
        "operation `get_plan`, which takes `plan_no` and answers `PlanEnvelope, or ErrorEnvelope`",
        "struct `Plan` of `plan_no` and `speed`",
        "enum `PlanSpeed` of `Fast`, `Faster` and `Unknown`",
        "None of this breaks code that calls it.",
    ];
    for line in told {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    let page = copy.read("docs/api.md");
    assert!(page.contains("getPlan") && page.contains("/v1/plan/{planNo}"));
    let surface = copy.read("docs/surface/orders.txt");
    assert!(surface.contains(
        "fn get_plan()\n    .plan_no(PlanNumber)\n    -> PlanEnvelope, or ErrorEnvelope;\n"
    ));
    let source = sdk.read("src/generated/orders.rs");
    assert!(source.contains("pub fn get_plan(&self) -> builder::GetPlan<'_> {"));
    assert!(source.contains("pub enum PlanSpeed {"));

    let contract = copy.path().join(ORDERS);
    let mock = Mock::start(&["--contract", contract.to_str().unwrap()]);
    let answer = get(&mock, "/v1/plan/501");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(r#""response":{"planNo":501,"speed":"Fast"}}"#), "{answer}");
    let answer = get(&mock, "/v1/plan/fast");
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("planNo"), "{answer}");
}

/// What the mock answers to the provider harbour, head and body.
fn get(mock: &Mock, path: &str) -> String {
    let mut socket = TcpStream::connect(&mock.address).unwrap();
    write!(
        socket,
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
         authorization: Basic aGFyYm91cjpoYXJib3VyLXRlc3Qtc2VjcmV0\r\n\r\n",
        mock.address
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}
